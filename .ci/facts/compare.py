"""Compares an edition's documents with the machine-readable model in the installed botocore.

Both sides are flattened into facts, `operation · what` -> value, and every fact that differs is printed. A difference
that the list of known ones explains is fine; one that it does not explain fails, and so does a listed one that is gone.

Usage: compare.py FOLDER-OF-THE-EDITION KNOWN-DIFFERENCES
"""

import gzip
import importlib.util
import json
import pathlib
import sys

MODEL = "data/signer/2017-08-25/service-2.json.gz"


def ours(folder):
    """The facts of our documents."""
    shapes = json.loads((folder / "shapes.json").read_text())["$defs"]
    statuses = json.loads((folder / "errors.json").read_text())["declared"]
    facts = {}
    for path in sorted((folder / "operations").glob("*.json")):
        document = json.loads(path.read_text())
        name = document["operation"]
        for key in ("method", "uri", "status"):
            facts[f"{name} · {key}"] = document[key]
        empty = document.get("x-empty-object-admitted", False)
        facts[f"{name} · has output structure"] = document["output"] is not None or empty
        for side in ("input", "output"):
            our_members(facts, f"{name} · {side} ", document[side] or {"properties": {}}, shapes)
        for error in document["errors"]:
            facts[f"{name} · error {error}"] = statuses[error]["status"]
    return facts


def our_members(facts, prefix, structure, shapes):
    for name, member in structure["properties"].items():
        path = prefix + name
        facts[f"{path} required"] = name in structure.get("required", [])
        facts[f"{path} location"] = member.get("x-location", "body")
        facts[f"{path} idempotency token"] = member.get("x-idempotency-token", False)
        our_shape(facts, path, member, shapes)


def our_shape(facts, path, schema, shapes):
    while "$ref" in schema:
        schema = shapes[schema["$ref"].rsplit("/", 1)[1]]
    kind = schema.get("x-type", schema["type"])
    if kind == "object":
        kind = "map" if "additionalProperties" in schema else "structure"
    put(facts, path, "type", {"array": "list"}.get(kind, kind))
    first = {"string": "Length", "array": "Items", "map": "Properties", "blob": "Bytes"}.get(kind)
    for bound, exact in (("min", "minimum"), ("max", "maximum")):
        key = exact if first is None else ("x-" if kind == "blob" else "") + bound + first
        put(facts, path, bound, schema.get(key))
    put(facts, path, "pattern", schema.get("pattern"))
    put(facts, path, "enum", schema.get("enum"))
    if kind == "structure":
        our_members(facts, path + ".", schema, shapes)
    elif kind == "array":
        our_shape(facts, path + "[]", schema["items"], shapes)
    elif kind == "map":
        our_shape(facts, path + "{key}", schema.get("propertyNames", {"type": "string"}), shapes)
        our_shape(facts, path + "{value}", schema["additionalProperties"], shapes)


def theirs(model):
    """The facts of the machine-readable model."""
    shapes = model["shapes"]
    facts = {}
    for name, operation in model["operations"].items():
        facts[f"{name} · method"] = operation["http"]["method"]
        facts[f"{name} · uri"] = operation["http"]["requestUri"]
        facts[f"{name} · status"] = operation["http"].get("responseCode", 200)
        facts[f"{name} · has output structure"] = "output" in operation
        for side in ("input", "output"):
            if side in operation:
                their_members(facts, f"{name} · {side} ", shapes[operation[side]["shape"]], shapes)
        for error in operation["errors"]:
            facts[f"{name} · error {error['shape']}"] = shapes[error["shape"]]["error"]["httpStatusCode"]
    return facts


def their_members(facts, prefix, structure, shapes):
    places = {"uri": "path", "querystring": "query"}
    for name, member in structure["members"].items():
        path = prefix + name
        facts[f"{path} required"] = name in structure.get("required", [])
        location = member.get("location")
        facts[f"{path} location"] = places.get(location, location) if location else "body"
        facts[f"{path} idempotency token"] = member.get("idempotencyToken", False)
        put(facts, path, "another name on the wire", None if member.get("locationName", name) == name else member)
        their_shape(facts, path, shapes[member["shape"]], shapes)


def their_shape(facts, path, shape, shapes):
    kind = {"long": "integer"}.get(shape["type"], shape["type"])
    put(facts, path, "type", kind)
    for key in ("min", "max", "pattern", "enum"):
        put(facts, path, key, shape.get(key))
    if kind == "structure":
        their_members(facts, path + ".", shape, shapes)
    elif kind == "list":
        their_shape(facts, path + "[]", shapes[shape["member"]["shape"]], shapes)
    elif kind == "map":
        their_shape(facts, path + "{key}", shapes[shape["key"]["shape"]], shapes)
        their_shape(facts, path + "{value}", shapes[shape["value"]["shape"]], shapes)


def put(facts, path, key, value):
    if value is not None:
        facts[f"{path} {key}"] = value


def differences(left, right):
    """Each fact that is not the same on both sides, as fact -> (ours, theirs); None where a side is silent."""
    pairs = {fact: (left.get(fact), right.get(fact)) for fact in {**left, **right}}
    return {fact: pair for fact, pair in sorted(pairs.items()) if pair[0] != pair[1]}


def main(folder, known_path):
    package = importlib.util.find_spec("botocore")
    if package is None:
        sys.exit("botocore is not installed here")
    model = json.loads(gzip.decompress((pathlib.Path(package.origin).parent / MODEL).read_bytes()))
    left, right = ours(pathlib.Path(folder)), theirs(model)
    known = {entry["fact"]: entry for entry in json.loads(pathlib.Path(known_path).read_text())}
    found = differences(left, right)
    faults = 0
    for fact, (our_value, their_value) in found.items():
        entry = known.pop(fact, None)
        if entry is not None and (entry["ours"], entry["theirs"]) == (our_value, their_value):
            print(f"known: {fact}: ours {our_value!r}, theirs {their_value!r}: {entry['reason']}")
        else:
            print(f"DIFFERS: {fact}: ours {our_value!r}, theirs {their_value!r}")
            faults += 1
    for fact in known:
        print(f"GONE: {fact}: listed in {known_path}, but both sides agree now")
        faults += 1
    print(f"{len(right)} facts in the model, {len(left)} in the documents, {len(found)} differ, {faults} unexplained")
    return 1 if faults or not right else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
