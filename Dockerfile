# The host with the plugins of this checkout; what it needs comes hash-locked.
FROM python:3.11-slim-bookworm
# A number that does not change: the secrets' files belong to it, see docker-compose.yml.
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/thidua thidua
WORKDIR /srv/thidua
COPY requirements.lock ./
RUN pip install --no-cache-dir --no-compile --require-hashes --no-deps -r requirements.lock
COPY pyproject.toml README.md ./
COPY services services
COPY workers workers
COPY config config
COPY plugins plugins
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && for plugin in plugins/*/; do pip install --no-cache-dir --no-deps --no-build-isolation -e "$plugin"; done
USER thidua
CMD ["thidua", "web"]
