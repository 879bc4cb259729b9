"""Training and asking: rows become a model, and the model's answers are scored."""

from slmaug.lazy import TYPE_CHECKING, lazily

if TYPE_CHECKING:
    from slmaug.train.run import Run as Run
    from slmaug.train.run import fine_tune as fine_tune

_HOMES = {"Run": "run", "fine_tune": "run"}

__all__ = sorted(_HOMES)
__getattr__ = lazily(__name__, globals(), _HOMES)
