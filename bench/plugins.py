"""What plugins cost: trying them, starting with them, and the way of a new one from its wheel to being served.

    python bench/plugins.py

Processor time beside the time that passes, for the machine may be busy. ``python -m pytest -q tests/gallery``
says how many of the broken plugins of the gallery are refused as they are to be.
"""

from __future__ import annotations

import http.client
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.third_party import CAMPAIGN
from tests.support.third_party import UNIT_TYPE
from tests.support.third_party import Elsewhere
from tests.support.third_party import project
from tests.support.third_party import wheel
from thidua.adapters.db.schema import upgrade
from thidua.adapters.rule_fence import FileRuleFence
from thidua.plugin_host.discovery import candidates
from thidua.plugin_host.registry import registry_of
from thidua.plugin_host.trial import TrialLimits
from thidua.plugin_host.trial import tried
from thidua.plugin_host.verdicts import Verdicts

_TIMES = 2000


def spent() -> float:
    """Return the processor time of this process and of those it has waited for, in seconds."""
    found = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in found)


def measured(what: str, act: Callable[[], object], plugins: int = 0) -> None:
    """Do something and print what it took, and that for each of so many plugins."""
    began, before = time.perf_counter(), spent()
    act()
    passed, used = time.perf_counter() - began, spent() - before
    each = f", {used / plugins * 1000:.0f} ms a plugin" if plugins else ""
    print(f"{what}: {passed:.2f} s passed, {used:.2f} s of processor time{each}")


def answers(port: int) -> bool:
    """Tell whether the pages answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def main() -> None:
    """Print every figure."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        limits, kept = TrialLimits(), folder / "plugins.json"
        found = candidates()
        count = len(found)
        print(f"{count} plugins installed")
        measured("looking for them", candidates, count)
        measured("start, nothing known", lambda: registry_of(tried(found, limits, Verdicts(kept))), count)
        measured("start, all known", lambda: registry_of(tried(found, limits, Verdicts(kept))), count)

        fence = FileRuleFence(folder / "judging", 60.0)

        def fenced() -> None:
            for _ in range(_TIMES):
                with fence.around(campaign_code="C", form_code="A", unit_code="U", digest="1"):
                    pass

        measured(f"the fence around the rules of {_TIMES} reports", fenced)

        guide = project(folder / "guide")
        wheels = [wheel(guide, each, "1.0.0", to=folder) for each in (CAMPAIGN, UNIT_TYPE)]
        elsewhere = Elsewhere(folder / "environment")
        url = f"sqlite:///{folder / 'thidua.sqlite3'}"
        upgrade(url)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        own = {key: value for key, value in os.environ.items() if not key.startswith("THIDUA_")}
        own |= {"THIDUA_DATA": str(folder / "data"), "THIDUA_DATABASE_URL": url, "PORT": str(port)}
        command = [elsewhere.python, "-m", "thidua.cli"]
        subprocess.run([*command, "plugins", "check"], env=own, check=True, capture_output=True)

        def serve() -> None:
            web = subprocess.Popen([*command, "web"], env=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while not answers(port):
                time.sleep(0.02)
            web.terminate()
            web.wait()

        began = time.perf_counter()
        measured("pip install of two wheels", lambda: elsewhere.install(*wheels))
        check = [*command, "plugins", "check"]
        measured("thidua plugins check", lambda: subprocess.run(check, env=own, check=True, capture_output=True))
        measured("thidua web until it answers, and its end", serve)
        print(f"from the wheels to being served: {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
