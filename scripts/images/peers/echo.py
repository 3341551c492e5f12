"""What the uwsgi request said, in the shape of the tests' other back ends."""
import json
import os


def application(environ, start_response):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    said = {
        "name": os.environ.get("ANSWER_AS"),
        "protocol": "uwsgi",
        "method": environ["REQUEST_METHOD"],
        "url": environ["REQUEST_URI"],
        "headers": {
            name[len("HTTP_"):].lower().replace("_", "-"): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        },
        "bodyBytes": len(environ["wsgi.input"].read(length)),
    }
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(said).encode() + b"\n"]
