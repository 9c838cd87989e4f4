#!/usr/bin/env python3
"""SQLite FTS5, Xapian and PostgreSQL full text on a folder of articles with labelled questions. See README.md."""
import argparse
import glob
import json
import os
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

DEPTH = 20
RESAMPLES = 2000
SEED = 20260101
WORD = re.compile(r"\w+", re.UNICODE)


def articles(folder):
    for path in sorted(glob.glob(os.path.join(folder, "content", "**", "*.md"), recursive=True)):
        text = open(path, encoding="utf-8").read()
        front = re.match(r"---\r?\n(.*?)\r?\n---\r?\n", text, re.S)
        head = dict(re.findall(r"^(\w+):\s*(.*?)\s*$", front.group(1), re.M)) if front else {}
        title = head.get("title", "").strip("'\"")
        yield head.get("id", os.path.relpath(path, folder)).strip("'\""), title, text[front.end():] if front else text
    for path in sorted(glob.glob(os.path.join(folder, "documents", "*.json"))):
        row = json.load(open(path, encoding="utf-8"))
        yield row["id"], row["title"], row["content"]


def questions(folder):
    for path in sorted(glob.glob(os.path.join(folder, "*.jsonl"))):
        rows = [json.loads(line) for line in open(path, encoding="utf-8") if line.strip()]
        yield os.path.basename(path)[:-6], [(r["query"], set(map(str, r.get("article_ids") or [r["article_id"]])), set(map(str, r.get("linked_from", [])))) for r in rows]
    tasks = os.path.join(folder, "tasks.json")
    if os.path.exists(tasks):
        rows = [t for t in json.load(open(tasks, encoding="utf-8")) if t.get("required_documents")]
        yield "tasks", [(t["user_scenario"]["instructions"], set(t["required_documents"]), set()) for t in rows]


class Fts5:
    name = "SQLite FTS5"

    def __init__(self, rows, folder):
        self.db = sqlite3.connect(":memory:")
        self.db.execute("create virtual table a using fts5(id unindexed, title, body, tokenize = 'porter unicode61')")
        self.db.executemany("insert into a values (?, ?, ?)", rows)
        self.db.execute("insert into a (a) values ('optimize')")

    def search(self, query, k):
        words = " OR ".join(f'"{w}"' for w in dict.fromkeys(WORD.findall(query.lower())))
        return [r[0] for r in self.db.execute("select id from a where a match ? order by bm25(a, 0, 3, 1) limit ?", (words, k))]

    def close(self):
        self.db.close()


class Xapian:
    name = "Xapian"

    def __init__(self, rows, folder):
        import xapian
        self.xapian = xapian
        db = xapian.WritableDatabase(os.path.join(folder, "xapian"), xapian.DB_CREATE_OR_OPEN)
        generator = xapian.TermGenerator()
        generator.set_stemmer(xapian.Stem("en"))
        for key, title, body in rows:
            document = xapian.Document()
            generator.set_document(document)
            generator.index_text(title, 3)
            generator.increase_termpos()
            generator.index_text(body)
            document.set_data(key)
            db.add_document(document)
        db.commit()
        self.db = db
        self.parser = xapian.QueryParser()
        self.parser.set_stemmer(xapian.Stem("en"))
        self.parser.set_stemming_strategy(xapian.QueryParser.STEM_SOME)
        self.parser.set_database(db)

    def search(self, query, k):
        parsed = self.parser.parse_query(" ".join(WORD.findall(query.lower())), 0)
        enquire = self.xapian.Enquire(self.db)
        enquire.set_query(parsed)
        return [m.document.get_data().decode() for m in enquire.get_mset(0, k)]

    def close(self):
        self.db.close()


class Postgres:
    name = "PostgreSQL full text"

    def __init__(self, rows, folder):
        versions = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        if not versions:
            raise ImportError("PostgreSQL is not installed")
        self.bin = versions[-1]
        # PostgreSQL refuses to run as root.
        self.user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self.home = tempfile.mkdtemp(prefix="peer-pg-")
        if self.user:
            shutil.chown(self.home, "postgres")
        self.run("initdb", "-D", self.home + "/data", "-A", "trust", "-E", "UTF8", "--locale=C")
        self.run("pg_ctl", "-D", self.home + "/data", "-w", "-o", f"-k {self.home} -c listen_addresses=''", "-l", self.home + "/log", "start")
        self.psql = subprocess.Popen([*self.user, self.bin + "/psql", "-h", self.home, "-d", "postgres", "-qAtX"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ask("create table a (id text, v tsvector);")
        for key, title, body in rows:
            self.ask(f"insert into a values ({self.quoted(key)}, setweight(to_tsvector('english', {self.quoted(title)}), 'A') || to_tsvector('english', {self.quoted(body)}));")
        self.ask("create index on a using gin (v); analyze a;")

    @staticmethod
    def quoted(text):
        return "'" + text.replace("'", "''").replace("\0", "") + "'"

    def run(self, program, *args):
        subprocess.run([*self.user, f"{self.bin}/{program}", *args], check=True, stdout=subprocess.DEVNULL, cwd="/")

    def ask(self, sql):
        self.psql.stdin.write(sql + "\n\\echo peer-end\n")
        self.psql.stdin.flush()
        lines = []
        while (line := self.psql.stdout.readline()) not in ("peer-end\n", ""):
            lines.append(line.rstrip("\n"))
        return lines

    def search(self, query, k):
        words = " | ".join(dict.fromkeys(WORD.findall(query.lower())))
        return self.ask(f"select id from a, to_tsquery('english', {self.quoted(words)}) q where v @@ q order by ts_rank_cd(v, q, 1) desc limit {k};")

    def close(self):
        self.psql.stdin.close()
        self.psql.wait()
        self.run("pg_ctl", "-D", self.home + "/data", "-m", "immediate", "stop")
        shutil.rmtree(self.home)


def interval(values):
    draw = random.Random(SEED)
    means = sorted(sum(draw.choices(values, k=len(values))) / len(values) for _ in range(RESAMPLES))
    return means[int(0.025 * (RESAMPLES - 1))], means[-(-975 * (RESAMPLES - 1) // 1000)]


def measure(peer, sets):
    metrics, times = [], []
    for name, rows in sets:
        found = {"hit@1": [], "hit@5": [], "mrr": [], "recall@20": []}
        for query, expected, hidden in rows:
            began = time.perf_counter()
            hits = [h for h in peer.search(query, DEPTH + len(hidden)) if h not in hidden][:DEPTH]
            times.append((time.perf_counter() - began) * 1000)
            rank = next((i + 1 for i, h in enumerate(hits) if h in expected), None)
            found["hit@1"].append(float(rank == 1))
            found["hit@5"].append(float(rank is not None and rank <= 5))
            found["mrr"].append(1 / rank if rank else 0.0)
            found["recall@20"].append(len(expected & set(hits)) / len(expected))
        for metric, values in found.items():
            low, high = interval(values)
            metrics.append({"name": f"{name}.{metric}", "value": sum(values) / len(values), "low": low, "high": high, "n": len(values)})
    metrics.append({"name": "p50_ms", "value": statistics.median(times), "low": min(times), "high": max(times), "n": len(times)})
    return metrics


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", required=True)
    options.add_argument("--json", action="store_true")
    options = options.parse_args()
    rows = list(articles(options.data))
    sets = list(questions(options.data))
    if not rows or not sets:
        sys.exit(f"There are no articles or no questions under {options.data}.")
    report = []
    for kind in (Fts5, Xapian, Postgres):
        with tempfile.TemporaryDirectory() as folder:
            try:
                peer = kind(rows, folder)
            except ImportError as missing:
                print(f"{kind.name}: left out, {missing}", file=sys.stderr)
                continue
            try:
                report.append({"peer": kind.name, "metrics": measure(peer, sets)})
            finally:
                peer.close()
    if options.json:
        print(json.dumps(report, indent=2))
        return
    for entry in report:
        print(entry["peer"])
        for m in entry["metrics"]:
            print(f"  {m['name']:26} {m['value']:8.3f}   {m['low']:.3f} - {m['high']:.3f}   {m['n']}")


if __name__ == "__main__":
    main()
