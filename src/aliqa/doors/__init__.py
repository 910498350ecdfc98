"""How people and programs come in: command line, HTTP, page, MCP; and what keeps them running."""
