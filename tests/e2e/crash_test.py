"""Kills the exporter at random moments of a scrape and starts it anew on the same file: at the end its
totals are those of an exporter that was never interrupted.

CODEARTS_CRASH_KILLS sets how often (default 25), CODEARTS_CRASH_SEED the seed.
"""

import os
import sys
import threading

import counting
import programs

# Between two scrapes; a retry begins 30 s after the end of the attempt that it replaces at the earliest.
STEP_SECONDS = 25
STEPS_PER_KILL = 6
# A scrape takes about this long: the moments of death lie within it and a little beyond.
LONGEST_LIFE_SECONDS = 0.15


def scrape_in_background(exporter):
    def run():
        try:
            exporter.scrape()
        except OSError:
            pass  # The exporter was killed meanwhile.
    thread = threading.Thread(target=run)
    thread.start()
    return thread


def main():
    kills = int(os.environ.get("CODEARTS_CRASH_KILLS", "25"))
    stream = programs.seeded(int(os.environ.get("CODEARTS_CRASH_SEED", "1")))
    with programs.folder() as folder:
        simulator = programs.Simulator(folder, "--projects=2", "--pipelines=10", "--seed=3",
                                       "--run-interval=4m")
        state = os.path.join(folder, "state.db")
        exporter = programs.Exporter(folder, simulator, state=state)
        exporter.scrape_completely()
        for _ in range(kills):
            for _ in range(STEPS_PER_KILL):
                simulator.advance(STEP_SECONDS)
                exporter.scrape_completely()
            simulator.advance(STEP_SECONDS)
            thread = scrape_in_background(exporter)
            threading.Event().wait(stream.uniform(0, LONGEST_LIFE_SECONDS))
            exporter.kill()
            thread.join()
            exporter = programs.Exporter(folder, simulator, state=state)
            exporter.scrape_completely()
        truth = simulator.truth()
        lines = counting.differences(exporter.scrape_completely(), truth)
        code = exporter.stop()
        simulator.stop()
    print(f"{kills} kills survived, {counting.count_attempts(truth)} attempts compared")
    print("\n".join(lines))
    return 1 if lines or code != 0 or counting.count_attempts(truth) == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
