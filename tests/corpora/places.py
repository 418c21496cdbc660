"""Every place that takes input, found by walking what the application itself says.

Addresses and methods come from its ``url_map``, parameters and bodies from its OpenAPI document and forms,
query parameters and headers of pages from the source that reads them, controls from the pages as they are shown.
What cannot be found so stands in tables: sound bodies for addresses that take JSON, and forms that come up on the
way only. A test fails on an address into whose body nothing is thrown.
"""

from __future__ import annotations

from tests.corpora.asking import Place
from tests.corpora.asking import methods_of
from tests.corpora.places_beyond_pages import in_forms_between
from tests.corpora.places_in_addresses import in_headers
from tests.corpora.places_in_addresses import in_paths
from tests.corpora.places_in_addresses import in_queries
from tests.corpora.places_in_files import in_uploads
from tests.corpora.places_in_json import in_json
from tests.corpora.places_in_json import sound_bodies
from tests.corpora.places_in_pages import in_controls
from tests.corpora.site import Site

__all__ = ["BARE", "Place", "all_places", "sound_bodies", "uncovered"]


def all_places(site: Site) -> list[Place]:
    """Find them all."""
    return [
        *in_paths(site),
        *in_queries(site),
        *in_headers(site),
        *in_json(site),
        *in_controls(site),
        *in_forms_between(site),
        *in_uploads(site),
    ]


#: Addresses that take nothing but what stands in the address.
BARE = frozenset(
    {
        *("api.cancel_job", "api.retry_job", "api.remove_file", "operator.cancel", "operator.retry", "sign_in.leave"),
        "likeness.draft_part",  # what the form posts to its page, for the script
        *("accounts.disable", "accounts.enable", "accounts.end_sessions", "accounts.reset"),
        *("own_account.end_others", "own_account.end_session", "own_account.read_news", "own_tokens.revoke"),
        *("second_factor.remake_recovery_codes", "second_factor.turn_off", "waiting.confirm", "waiting.decline"),
        *("single_sign_on.link", "single_sign_on.remove", "single_sign_on.unlink_account"),
    }
)


def uncovered(site: Site, places: list[Place]) -> list[str]:
    """Return the endpoints that change something and into whose body nothing is thrown."""
    inside = {"value", "name", "body", "control", "file", "mime"}
    thrown = {part for place in places if place.kind in inside for part in place.endpoint.split()}
    changing = {rule.endpoint for rule in site.app.url_map.iter_rules() if set(methods_of(rule)) - {"GET"}}
    return sorted(changing - thrown - BARE)
