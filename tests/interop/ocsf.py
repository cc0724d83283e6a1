"""Events of OCSF 1.3.0 by its schema: ocsf.sh. Members that are no part of it are refused, and so are events that are broken on
purpose."""
import copy
import json
import sys

import jsonschema
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

ocsf = OcsfJsonSchemaEmbedded(get_ocsf_schema(version="1.3.0"))
assert ocsf.lookup_class_name_from_uid(class_uid=6003) == "api_activity"
schema = ocsf.get_class_schema(class_name="api_activity", profiles=[])
validator = jsonschema.Draft202012Validator(schema)


def faults(event):
    return [error.message for error in validator.iter_errors(event)]


with open(sys.argv[1], encoding="utf-8") as file:
    events = [json.loads(line) for line in file]
assert len(events) > 50
for event in events:
    assert not faults(event), (event, faults(event))
    assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]

# the judge is awake
for path, value in ((("time",), None), (("actor",), None), (("api", "operation"), None), (("severity_id",), "high"),
                    (("activity_id",), 7), (("more",), 1), (("src_endpoint", "ip"), 5), (("metadata", "product"), None)):
    broken = copy.deepcopy(events[0])
    place = broken
    for name in path[:-1]:
        place = place[name]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    assert faults(broken), path
print(f"ok {len(events)} events are OCSF 1.3.0")
