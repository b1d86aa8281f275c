"""Runs the judges: outside programs and plain HTTP against a running bantin. Each is one file with one sentence.

usage: run.py BINARY [JUDGE...]
"""

import importlib
import signal
import sys
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, repeat

from bantin import Bantin
from claims import MOST_SHOWN, Claims

JUDGES = """
feedparser_reads atom_schema rss_schema json_schema lists pages html_valid page_weight
validators delta content_codings addresses requests_refused media http2 admin status
archives round_ups php_fragment nginx_ssi websub_flask websub_django websub_pushl hub_abuse push_behind_nginx
bad_files restart stopping copy_button dictionary printed_report stats
""".split()
# What runs beside these, each line of judges with a bantin of its own: those that wait for a browser longest,
BESIDE = """
accessible embeds embed_element embed_element_looks embed_sizing
""".split()
# those in which mostly time passes in one,
WAITING = """
embed_element_waits embed_element_told embed_element_live embed_element_hostile
""".split()
# and those in which it passes elsewhere.
OUTSIDE = """
limits behind_nginx behind_varnish newsboat life_cycle secret_addresses export
""".split()
LANES = [JUDGES, BESIDE, WAITING, OUTSIDE]
# Of so many that fail beside others it is asked whether they do alone. Where more fail it is not for lack of time.
FEW = 8
# No judge may take longer, in seconds, unless it says so; on a machine that is as busy as it is slow.
LONGEST = 240


class TooLong(Exception):
    pass


def too_long(*_):
    raise TooLong("not done in time")


def run(name, site):
    module = importlib.import_module(name)
    claims = Claims()
    started = time.monotonic()
    signal.alarm(getattr(module, "LONGEST", LONGEST))
    try:
        module.judge(site, claims)
        claims.that(claims.held or claims.wrong, "it claimed nothing")
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        claims.that(False, f"{type(error).__name__}: {error} ({place.filename.rpartition('/')[2]}:{place.lineno})")
    finally:
        signal.alarm(0)
    took = time.monotonic() - started
    sentence = module.__doc__.strip()
    notes = f" [{'; '.join(claims.notes)}]" if claims.notes else ""
    lines = [f"{'FAIL' if claims.wrong else 'ok  '} {name} ({claims.held} claims, {took:.1f} s): {sentence}{notes}"]
    lines += [f"     - {wrong}" for wrong in claims.wrong[:MOST_SHOWN]]
    if len(claims.wrong) > MOST_SHOWN:
        lines.append(f"     - and {len(claims.wrong) - MOST_SHOWN} more")
    print("\n".join(lines), flush=True)
    return not claims.wrong


def main(binary, *names):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    names = names or [*chain(*LANES)]
    beside = [[name for name in names if name in lane] for lane in LANES[1:]]
    lanes = [[name for name in names if not any(name in lane for lane in beside)], *beside]
    with ProcessPoolExecutor(len(lanes)) as pool:
        passed = [result for lane in pool.map(judge, repeat(binary), lanes) for result in lane]
    failed = [name for name, passes in zip(chain(*lanes), passed) if not passes]
    if 0 < len(failed) <= FEW:
        # So many at a time on two cores, a moment can be too long for one of them: what is wrong is wrong alone, too.
        print(f"judges: {', '.join(failed)} once more, alone", flush=True)
        with ProcessPoolExecutor(1) as pool:
            again = pool.submit(judge, binary, failed).result()
        print(f"judges: {', '.join(name for name, passes in zip(failed, again) if passes) or 'none'} passed alone only", flush=True)
        failed = [name for name, passes in zip(failed, again) if not passes]
    print(f"judges: {len(passed) - len(failed)} passed, {len(failed)} failed", flush=True)
    return 1 if failed else 0


def judge(binary, names):
    """Lets these judge one bantin, one after the other."""
    signal.signal(signal.SIGALRM, too_long)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if not names:
        return []
    with Bantin(binary) as site:
        return [run(name, site) for name in names]


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
