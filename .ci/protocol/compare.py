"""Compares schemas/protocol.toml with the cases of malformed requests that are published for restJson1.

The published cases are read from the files of the Smithy language in a folder or in a JAR. Each has a line in the list: its
id, and a digest of all that it asks and expects. A case that is gone, that is new, or that asks something else fails, and so
does an id of the table that no published case has.

Usage: compare.py PUBLISHED-JAR-OR-FOLDER TABLE LIST [--write]
"""

import hashlib
import pathlib
import re
import sys
import tomllib
import zipfile

TRAIT = "httpMalformedRequestTests"
TOKEN = re.compile(r'"""(?P<block>.*?)"""|"(?P<text>(?:[^"\\]|\\.)*)"|//[^\n]*|(?P<word>[\w.#$:@/-]+)|(?P<mark>[{}\[\]()])', re.S)


def texts(published):
    """The texts of the files about restJson1."""
    path = pathlib.Path(published)
    if path.is_dir():
        files = sorted(file for file in path.rglob("*.smithy") if "restJson1" in file.parts)
        return [file.read_text() for file in files]
    with zipfile.ZipFile(path) as jar:
        names = sorted(name for name in jar.namelist() if name.endswith(".smithy") and "/restJson1/" in name)
        return [jar.read(name).decode() for name in names]


def tokens(text):
    """Words, marks and strings; commas, blanks and comments mean nothing there."""
    for found in TOKEN.finditer(text):
        if found["block"] is not None:
            yield "\n".join(line.strip() for line in found["block"].strip().splitlines()), True
        elif found["text"] is not None:
            yield found["text"], True
        elif found["word"] or found["mark"]:
            yield (found["word"] or found["mark"]).rstrip(":"), False


def cases(trait):
    """The cases of one trait, `@httpMalformedRequestTests([{…}, {…}])`: their ids and their digests."""
    depth, case = 0, []
    for token, is_text in tokens(trait):
        if not is_text and token in "{[(":
            depth += 1
            if depth == 3:
                case = []
        case.append(token)
        if not is_text and token in "}])":
            depth -= 1
            if depth == 2:
                yield case[case.index("id") + 1], digest(case)
            if depth == 0:
                return


def digest(case):
    """What stands for a case. What people read of it is no part of it."""
    prose = case.index("documentation") if "documentation" in case else len(case)
    return hashlib.sha256("\0".join(case[:prose] + case[prose + 2 :]).encode()).hexdigest()[:16]


def main(published, table, known, write=False):
    there = {}
    for text in texts(published):
        for part in re.split(r"(?=@" + TRAIT + r")", text)[1:]:
            there.update(cases(part))
    if not there:
        print(f"protocol: {published} holds no case of {TRAIT} for restJson1", file=sys.stderr)
        return 1
    known = pathlib.Path(known)
    if write:
        known.write_text("".join(f"{id} {digest}\n" for id, digest in sorted(there.items())))
        print(f"protocol: {len(there)} published cases are listed in {known}")
        return 0
    listed = dict(line.split() for line in known.read_text().splitlines())
    rows = tomllib.loads(pathlib.Path(table).read_text())
    ours = {row["id"] for row in rows["case"]} | {id for row in rows["elsewhere"] for id in row["ids"]}
    wrong = [f"{id} of {table} is no published case" for id in sorted(ours - there.keys())]
    wrong += [f"{id} is no longer published: take it out of {known}" for id in sorted(listed.keys() - there.keys())]
    for id in sorted(there):
        if id not in listed:
            wrong.append(f"{id} is new: give it a row in {table} if a request of Signer has such a place, and list it")
        elif listed[id] != there[id]:
            has = "has a row" if id in ours else "has no row"
            wrong.append(f"{id} asks something else than it did; it {has} in {table}: read it, and list its digest {there[id]}")
    for line in wrong:
        print(f"protocol: {line}", file=sys.stderr)
    if not wrong:
        print(f"protocol: {len(there)} published cases are as listed, and {len(ours)} of them are named by {table}")
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5) or sys.argv[4:] not in ([], ["--write"]):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:4], write=len(sys.argv) == 5))
