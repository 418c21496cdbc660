"""The addresses of the real provider."""

from __future__ import annotations

from django.contrib.auth.views import LoginView
from django.urls import include
from django.urls import path

urlpatterns = [
    path("login/", LoginView.as_view()),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
]
