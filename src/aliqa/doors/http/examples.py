"""What the OpenAPI document shows: one question and everything that is said about it."""

import json
from typing import Any

from aliqa.foundations.types import how_compared

QUESTION: dict[str, Any] = {"question": "How many ferries did Northwind Lines order?"}
FILTERS: dict[str, Any] = {"since": "2025-01-01", "until": "2025-12-31", "sources": ["Harbour Gazette"]}
SEARCH: dict[str, Any] = {"query": "electric ferries", "top_k": 3, "filters": FILTERS}

_TEXT = "Northwind Lines ordered four electric ferries on Monday."
_ARTICLE: dict[str, Any] = {
    "doc_id": "shipping/northwind.md",
    "title": "Northwind goes electric",
    "author": "Ines Okafor",
    "source": "Harbour Gazette",
    "published": "2025-03-04",
}
_PASSAGE: dict[str, Any] = {
    **_ARTICLE,
    "section": "The order",
    "text": _TEXT,
    "char_start": 120,
    "char_end": 120 + len(_TEXT),
    "score": 0.91,
    "page": None,
}
_CITATION: dict[str, Any] = {
    "number": 1,
    **_ARTICLE,
    "url": None,
    "quote": _TEXT,
    "char_start": 120,
    "char_end": 120 + len(_TEXT),
    "answer_start": 0,
    "answer_end": len(_TEXT),
    "score": 0.87,
    "doc_sha256": "6b2e9f0c3a5d48177c1e02b94fd6a8835e7b10cd92f4a6e8d3c5b7a90f1e2d3c",
    "page": None,
    "answer_span": [120 + _TEXT.index("four"), 120 + _TEXT.index("four") + len("four electric ferries")],
    "by": "quote",
    "replaces": False,
    "reading": None,
}
INDEX: dict[str, Any] = {
    "version": "20250305T081500-1f3a",
    "built_at": "2025-03-05T08:15:00Z",
    "articles": 5,
    "passages": 90,
    "newest_published": "2025-03-04",
}
ANSWER: dict[str, Any] = {
    "id": "2f1c7a52c6d94d0f",
    "question": QUESTION["question"],
    "standalone_question": None,
    "answer": f"{_TEXT} [1]",
    "answered": True,
    "abstention": None,
    "confidence": 0.93,
    "citations": [_CITATION],
    "passages": [_PASSAGE],
    "index": INDEX,
    "timings_ms": {"total": 31.5, "embed": 14.2, "search": 3.1, "read": 13.8},
    "disagreements": [],
    "newest_used": _ARTICLE["published"],
    "mode": "extractive",
    "notice": None,
    "sources": {
        "articles": 2,
        "independent": 1,
        "agree": 1,
        "differ": 0,
        "newest": _ARTICLE["published"],
        "outlets": 1,
        "same": [1],
    },
    "kind": "plain",
    "lead": None,
    "articles": [],
    "verdict": None,
    "correction": None,
    "suggestions": ["Why did Northwind Lines order electric ferries?"],
    "searched_as": None,
}
ANSWER_EVENTS = "".join(
    f"event: {name}\ndata: {json.dumps(data)}\n\n"
    for name, data in (
        ("passages", {"passages": [_PASSAGE]}),
        ("delta", {"text": ANSWER["answer"]}),
        ("citation", _CITATION),
        ("done", ANSWER),
    )
)
ABSTENTION: dict[str, Any] = {
    **ANSWER,
    "question": "Who founded Lazada?",
    "answer": "",
    "answered": False,
    "abstention": {
        "reason": "no_match",
        "detail": "No article mentions Lazada.",
        "absent_terms": ["Lazada"],
    },
    "confidence": 0.04,
    "citations": [],
    "sources": {"articles": 0, "independent": 0, "agree": 0, "differ": 0, "newest": None, "outlets": 0, "same": []},
    "newest_used": None,
}
PASSAGES: dict[str, Any] = {"passages": [_PASSAGE], "notice": None}
_STATEMENT: dict[str, Any] = {
    "doc_id": _ARTICLE["doc_id"],
    "title": _ARTICLE["title"],
    "source": _ARTICLE["source"],
    "published": _ARTICLE["published"],
    "quote": _TEXT,
    "char_start": 120,
    "char_end": 120 + len(_TEXT),
    "value": "four electric ferries",
    "as_of": "2025-03-04",
    "scope": None,
}
_AGAINST: dict[str, Any] = {
    **_STATEMENT,
    "doc_id": "shipping/brevik.md",
    "title": "A yard with work",
    "quote": "Northwind Lines ordered six electric ferries.",
    "char_end": 165,
    "value": "six electric ferries",
}
DISAGREEMENTS: dict[str, Any] = {
    "disagreements": [
        {
            "kind": "contradiction",
            "about": "Northwind Lines ordered electric ferries",
            "statements": [_STATEMENT, _AGAINST],
            "certainty": 0.71,
        }
    ],
    "how": how_compared(),
}
TIMELINE: dict[str, Any] = {
    "about": "Northwind",
    "statements": [
        {
            "start": "2025-03-03",
            "end": "2025-03-03",
            "when": "2025-03-03",
            "basis": "stated",
            "quote": "On 3 March 2025 Northwind Lines ordered four electric ferries.",
            "doc_id": _ARTICLE["doc_id"],
            "title": _ARTICLE["title"],
            "source": _ARTICLE["source"],
            "published": _ARTICLE["published"],
            "char_start": 120,
            "char_end": 182,
            "doc_sha256": _CITATION["doc_sha256"],
            "page": None,
        }
    ],
    "undated": 2,
    "index": INDEX,
    "offset": 0,
    "total": 1,
}
NAMES: dict[str, Any] = {
    "names": [
        {
            "name": "Northwind Lines",
            "kind": "organisation",
            "mentions": 14,
            "articles": 3,
            "aliases": ["Northwind"],
        }
    ]
}
ARTICLES: list[dict[str, Any]] = [
    {**_ARTICLE, "bytes": 4210, "passages": 18, "state": "indexed", "reason": None, "copy_of": None},
    {
        "doc_id": "broken.txt",
        "title": "broken.txt",
        "author": None,
        "source": None,
        "published": None,
        "bytes": 12,
        "passages": 0,
        "state": "failed",
        "reason": "it is not UTF-8 text",
        "copy_of": None,
    },
]
ARTICLE: dict[str, Any] = {
    **_ARTICLE,
    "url": None,
    "sha256": _CITATION["doc_sha256"],
    "text": f"# Northwind goes electric\n\n{_TEXT}\n",
}
VERSION: dict[str, Any] = {"aliqa": "0.2.0", "python": "3.11.9", "model": "all-MiniLM-L6-v2:53aa5117", "index": INDEX}
INDEX_ORDER: dict[str, Any] = {"full": False, "force": False, "retry_failed": True}
UPLOAD: dict[str, Any] = {"name": "shipping/ferries.txt", "text": f"{_TEXT}\n"}
QUEUED: dict[str, Any] = {
    "id": "5e8c1b7f20d94a6c8f1e3d2b4a596877",
    "kind": "upload",
    "state": "queued",
    "progress": 0.0,
    "counts": {"added": 0, "changed": 0, "removed": 0, "unchanged": 0, "failed": 0},
    "failures": [],
    "index_version": None,
    "error": None,
    "skipped": {},
}
SUCCEEDED: dict[str, Any] = {
    **QUEUED,
    "state": "succeeded",
    "progress": 1.0,
    "counts": {"added": 1, "changed": 0, "removed": 0, "unchanged": 4, "failed": 1},
    "failures": [{"doc_id": "broken.txt", "reason": "It is not UTF-8.", "sha256": _CITATION["doc_sha256"]}],
    "index_version": INDEX["version"],
}
FAILED: dict[str, Any] = {
    **QUEUED,
    "state": "failed",
    "progress": 0.3,
    "error": "Another process is building the index in index. Wait until it is done and run again.",
}
EVENTS = f"event: job\ndata: {json.dumps(SUCCEEDED)}\n\n"
VERIFICATION: dict[str, Any] = {
    "verified": True,
    "citations": [
        {
            "number": 1,
            "doc_id": _ARTICLE["doc_id"],
            "verdict": "found",
            "detail": "The article says so at this place.",
            "char_start": 120,
            "char_end": 120 + len(_TEXT),
        }
    ],
    "unchecked": None,
}
MENTIONS: list[dict[str, Any]] = [
    {**_ARTICLE, "mentions": 3, "quote": _TEXT, "char_start": 120, "char_end": 120 + len(_TEXT), "number": None}
]
CHECKED_NAMES: dict[str, Any] = {"names": [{"name": "Northwind Lines", "articles": MENTIONS, "similar": []}]}
NOTE: dict[str, Any] = {
    "doc_id": _ARTICLE["doc_id"],
    "tags": ["ferries", "checked"],
    "note": "Ring the yard.",
    "quote": None,
}
NOTES: dict[str, Any] = {
    "articles": {_ARTICLE["doc_id"]: {"tags": NOTE["tags"], "note": NOTE["note"], "quotes": []}},
    "tags": [{"tag": "checked", "articles": 1}, {"tag": "ferries", "articles": 1}],
    "collections": [{"collection": "shipping", "articles": 1}],
}
ALERT: dict[str, Any] = {
    "id": "0b5c3f2e9a7d41868c1f4e6a2d905b73",
    "kind": "answer",
    "at": "2026-11-20T08:00:00Z",
    "about": QUESTION["question"],
    "what": "The articles answer this now.",
    "new": [
        {
            "quote": _TEXT, "doc_id": _ARTICLE["doc_id"], "title": _ARTICLE["title"], "source": _ARTICLE["source"],
            "published": _ARTICLE["published"], "url": None, "char_start": 120, "char_end": 120 + len(_TEXT),
        }
    ],
    "old": [],
    "answer": ANSWER["answer"],
    "before": "No article mentions Northwind.",
}  # fmt: skip
ALERTS: dict[str, Any] = {
    "alerts": [{"number": 12, "alert": ALERT}],
    "waiting": [{"receiver": "webhook", "alerts": 0, "problem": None, "dropped": 0}],
}
FEED_TO_ADD: dict[str, Any] = {"url": "https://harbour.example/feed.xml", "hosts": ["news.harbour.example"]}
FEED: dict[str, Any] = {
    "id": "c41d09be",
    "url": FEED_TO_ADD["url"],
    "hosts": ["harbour.example", "news.harbour.example"],
    "folder": "harbour.example",
    "etag": '"5e1f"',
    "last_modified": None,
    "checked_at": 1795852800.0,
    "failures": 0,
    "next_at": 0.0,
    "problem": None,
}
CORRECTION: dict[str, Any] = {
    "number": 7,
    "url": "https://harbour.example/northwind",
    "doc_id": "harbour.example/northwind.html",
    "title": "Northwind goes electric",
    "at": 1795852800.0,
    "changes": [["Northwind Lines ordered three electric ferries on Monday.", _TEXT]],
}
WATCH: dict[str, Any] = {"question": QUESTION["question"]}
_ANSWERED: dict[str, Any] = {
    "version": INDEX["version"],
    "asked_at": "2026-11-20T08:00:00Z",
    "answered": True,
    "answer": ANSWER["answer"],
    "confidence": 0.93,
    "citations": [_CITATION],
    "disagreements": [],
}
WATCHED: dict[str, Any] = {
    "id": "5f0c2a9e",
    "question": QUESTION["question"],
    "added_at": "2026-11-01T09:30:00Z",
    "now": _ANSWERED,
    "before": {
        **_ANSWERED,
        "version": "000006-20261101T080000Z",
        "asked_at": "2026-11-01T09:30:00Z",
        "answered": False,
        "answer": "No article mentions Northwind.",
        "confidence": 0.04,
        "citations": [],
    },
    "changed_at": "2026-11-20T08:00:00Z",
    "new_citations": [_CITATION],
    "gone_citations": [],
    "new_disagreements": [],
}
COMPLETION_REQUEST: dict[str, Any] = {
    "model": "aliqa",
    "messages": [{"role": "user", "content": QUESTION["question"]}],
}
_MESSAGE = (
    f"{_TEXT}[^1]\n\n[^1]: Ines Okafor, “Northwind goes electric”, Harbour Gazette, 2025-03-04, shipping/northwind.md"
)
_ANNOTATION: dict[str, Any] = {
    "url_citation": {
        "start_index": 0,
        "end_index": len(_TEXT),
        "title": _ARTICLE["title"],
        "url": "http://127.0.0.1:8000/articles/shipping/northwind.md",
    },
    "number": 1,
    "type": "url_citation",
}
_COMPLETION: dict[str, Any] = {"id": "chatcmpl-2f1c7a52c6d94d0f", "created": 1741162500, "model": "aliqa"}
COMPLETION: dict[str, Any] = {
    **_COMPLETION,
    "choices": [
        {
            "message": {"content": _MESSAGE, "annotations": [_ANNOTATION], "role": "assistant", "refusal": None},
            "index": 0,
            "finish_reason": "stop",
            "logprobs": None,
        }
    ],
    "usage": {"prompt_tokens": 9, "completion_tokens": 45, "total_tokens": 54},
    "aliqa": ANSWER,
    "object": "chat.completion",
}
COMPLETION_EVENTS = "".join(
    f"data: {json.dumps({**_COMPLETION, 'object': 'chat.completion.chunk', 'choices': [choice]})}\n\n"
    for choice in (
        {"index": 0, "delta": {"role": "assistant", "content": _MESSAGE}, "finish_reason": None},
        {"index": 0, "delta": {"annotations": [_ANNOTATION]}, "finish_reason": "stop"},
    )
)
COMPLETION_EVENTS += "data: [DONE]\n\n"
MODELS: dict[str, Any] = {
    "data": [{"id": "aliqa", "created": 1741162500, "object": "model", "owned_by": "aliqa"}],
    "object": "list",
}
