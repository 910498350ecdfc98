"""What routes are given beside the request: the shelf whose library answers."""

from typing import Annotated

from fastapi import Depends, Request

from aliqa.doors.running.shelf import Shelf


async def _shelf(request: Request) -> Shelf:
    shelf: Shelf = request.app.state.shelf
    return shelf


Shelved = Annotated[Shelf, Depends(_shelf)]
