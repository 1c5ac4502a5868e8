"""What to use compute for: users first, with room for more of them, then the largest job; the rest is research."""

from computerace.agents.observation import Observation
from computerace.market.serving import Division


def divide(seen: Observation) -> Division:
    """Serving for the need seen and some more, up to a part of all that is used, and a part for the largest job."""
    mechanisms = seen.public.mechanisms
    serving = mechanisms.serving
    return Division(seen.books.serving_need * serving.headroom, serving.share_most, mechanisms.clusters.training_share)
