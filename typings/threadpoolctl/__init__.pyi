from types import TracebackType
from typing import Self

class _ThreadpoolLimiter:
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        type: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

class ThreadpoolController:
    def __init__(self) -> None: ...
    def limit(self, *, limits: int | None = None, user_api: str | None = None) -> _ThreadpoolLimiter: ...

class threadpool_limits(_ThreadpoolLimiter):
    def __init__(self, limits: int | None = None, user_api: str | None = None) -> None: ...

def threadpool_info(debugging_info: bool = False) -> list[dict[str, str | int | None]]: ...
