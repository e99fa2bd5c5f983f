"""Section 3 to 5: ten rules that walk downhill.

An optimizer holds settings alone. What it remembers is a state, handed in and handed back, so a
path can be continued, repeated or started from a state built by hand:

    state = optimizer.init(theta)
    theta, state = optimizer.step(theta, grad, state)

theta is an array, or a dict of arrays (the parameters of a network); the state's arrays are of its
form. `grad` is a function, grad(theta) -> the gradient of the loss, of theta's form: Nesterov's
rule asks for it elsewhere than at theta. Nothing is changed in place; another rate is
`dataclasses.replace(optimizer, lr=...)`.

lr is the notes' eta, the unit of theta per unit of what the rule multiplies it with. Where the
notes print another rule than the one they name, the class does what its name promises in the
literature, and as_printed=True gives the notes' rule for comparison.
Every class raises ValueError or TypeError for a setting out of its range; `step` for a theta that
is not finite, a gradient that is not finite or not of theta's form, and a state of another rule.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from . import _require


class SGDState(NamedTuple):
    """t: the number of steps taken."""

    t: int


class VelocityState(NamedTuple):
    """t: the number of steps taken; v: the velocity, in the unit of theta."""

    t: int
    v: np.ndarray


class RMSPropState(NamedTuple):
    """t: the number of steps taken; v: the running mean of the squared gradients."""

    t: int
    v: np.ndarray


class AdamState(NamedTuple):
    """t: the number of steps taken; m, v: running means of the gradients and of their squares."""

    t: int
    m: np.ndarray
    v: np.ndarray


class AdaMaxState(NamedTuple):
    """t: the number of steps taken; m: running mean of the gradients; u: their fading maximum."""

    t: int
    m: np.ndarray
    u: np.ndarray


_RANGES = {
    "lr": _require.positive,
    "eps": _require.not_negative,
    "weight_decay": _require.not_negative,
    "threshold": _require.positive,
    **dict.fromkeys(("beta", "beta1", "beta2"), _require.fraction),
}


# After so many steps every power is 0; a float takes no exponent much larger.
_FOR_EVER = 10**300


class _Rule:
    """What all rules share: their settings' ranges, and arrays or dicts of arrays for theta."""

    def __post_init__(self):
        who = type(self).__name__
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "as_printed":
                _require.instance(who, field.name, value, bool, "True or False")
            else:
                object.__setattr__(self, field.name, _RANGES[field.name](who, field.name, value))

    def init(self, theta):
        """The state before the first step: t = 0, every array 0 and of theta's form."""
        flat, unpack = _packed(f"{type(self).__name__}.init", theta=theta)
        memories = self._State._fields[1:]
        return self._State(0, *(unpack(np.zeros_like(flat)) for _ in memories))

    def step(self, theta, grad, state):
        """One step -> (the new theta, the new state), both of the old ones' form."""
        who = f"{type(self).__name__}.step"
        _require.instance(who, "grad", grad, Callable, "a function of theta")
        _require.instance(who, "state", state, self._State, f"of type {self._State.__name__}")
        flat, unpack = _packed(who, theta=theta)

        def slope(at):
            # A copy: a function that works in place spoils neither theta nor the step.
            return _alike(who, "grad(theta)", grad(unpack(at.copy())), theta, flat)

        t = min(_require.count(who, "state.t", state.t), _FOR_EVER)
        memories = [
            _alike(who, f"state.{name}", memory, theta, flat)
            for name, memory in zip(state._fields[1:], state[1:], strict=True)
        ]
        # A square beyond the largest float is inf, and 0/0 without eps is nan: both are handed back,
        # and the next step refuses them by name.
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            new, state = self._step(flat, slope, self._State(t, *memories))
        return unpack(new), self._State(state.t, *(unpack(memory) for memory in state[1:]))


@dataclass(frozen=True)
class SGD(_Rule):
    """Plain gradient descent, 7  theta <- theta - eta grad L(theta).

    On batches drawn by chance it is stochastic gradient descent. Source: Robbins & Monro 1951.
    """

    lr: float = 0.01

    _State = SGDState

    def _step(self, theta, grad, state):
        return theta - self.lr * grad(theta), SGDState(state.t + 1)


@dataclass(frozen=True)
class Momentum(_Rule):
    """Gradient descent with a velocity, Polyak's heavy ball.

    (34)  v = beta v + eta grad L(theta)
    (35)  theta = theta - v
    PyTorch keeps the rate outside the velocity, theta - eta v: the same path while eta stays.
    Source: Polyak 1964.
    """

    lr: float = 0.01
    beta: float = 0.9

    _State = VelocityState

    def _step(self, theta, grad, state):
        v = self.beta * state.v + self.lr * grad(theta)
        return theta - v, VelocityState(state.t + 1, v)


@dataclass(frozen=True)
class Nesterov(_Rule):
    """Momentum that asks for the gradient where the velocity alone would lead.

    (36)  v = beta v + eta grad L(theta - beta v)
    (37)  theta = theta - v
    PyTorch stores the look-ahead point theta - beta v in place of theta.
    Source: Nesterov 1983, in the form of Sutskever et al. 2013.
    """

    lr: float = 0.01
    beta: float = 0.9

    _State = VelocityState

    def _step(self, theta, grad, state):
        v = self.beta * state.v + self.lr * grad(theta - self.beta * state.v)
        return theta - v, VelocityState(state.t + 1, v)


@dataclass(frozen=True)
class Polyak(_Rule):
    """The heavy ball: theta - eta grad L(theta) + beta (theta - theta before), as Momentum has it.

    (38)  v = beta v + eta grad L(theta)
    (39') theta = theta - v; with as_printed=True the notes' (39), theta - (1 + beta) v
    Source: Polyak 1964.
    """

    lr: float = 0.01
    beta: float = 0.9
    as_printed: bool = False

    _State = VelocityState

    def _step(self, theta, grad, state):
        v = self.beta * state.v + self.lr * grad(theta)
        move = (1 + self.beta) * v if self.as_printed else v
        return theta - move, VelocityState(state.t + 1, v)


@dataclass(frozen=True)
class RMSProp(_Rule):
    """A rate of its own for every entry: eta over the root of its mean squared gradient.

    (40)  v = beta v + (1 - beta) g^2
    (41)  theta = theta - eta g / (sqrt(v) + eps)
    eps is in the unit of g. Source: Tieleman & Hinton 2012, lecture 6.5.
    """

    lr: float = 0.001
    beta: float = 0.9
    eps: float = 1e-8

    _State = RMSPropState

    def _step(self, theta, grad, state):
        g = grad(theta)
        v = self.beta * state.v + (1 - self.beta) * g**2
        return theta - self.lr * g / (np.sqrt(v) + self.eps), RMSPropState(state.t + 1, v)


@dataclass(frozen=True)
class Adam(_Rule):
    """Adaptive moment estimation: a mean gradient over the root of the mean squared gradient.

    (42)  m = beta1 m + (1 - beta1) g
    (43)  v = beta2 v + (1 - beta2) g^2
    (44)  m_hat = m / (1 - beta1^t)
    (45)  v_hat = v / (1 - beta2^t)
    (46)  theta = theta - eta m_hat / (sqrt(v_hat) + eps)
    Source: Kingma & Ba 2015, algorithm 1.
    """

    lr: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    _State = AdamState

    def _step(self, theta, grad, state):
        _, m_hat, v_hat, new = self._moments(grad(theta), state)
        return theta - self.lr * m_hat / (np.sqrt(v_hat) + self.eps), new

    def _moments(self, g, state):
        t = state.t + 1
        m = self.beta1 * state.m + (1 - self.beta1) * g
        v = self.beta2 * state.v + (1 - self.beta2) * g**2
        return t, m / (1 - self.beta1**t), v / (1 - self.beta2**t), AdamState(t, m, v)


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam whose weight decay stays out of the moments.

    (47), (48), (49), (50) are (42) to (45): the moments of g alone
    (51)  theta = theta - eta (m_hat / (sqrt(v_hat) + eps) + weight_decay theta)
    The rate multiplies the decay, as in PyTorch; the paper's lambda is our eta weight_decay.
    Source: Loshchilov & Hutter 2019.
    """

    weight_decay: float = 0.01

    def _step(self, theta, grad, state):
        _, m_hat, v_hat, new = self._moments(grad(theta), state)
        direction = m_hat / (np.sqrt(v_hat) + self.eps) + self.weight_decay * theta
        return theta - self.lr * direction, new


@dataclass(frozen=True)
class AdaMax(_Rule):
    """Adam with a fading maximum in place of the root of a mean square.

    (52)  m = beta1 m + (1 - beta1) g
    (53)  u = max(beta2 u, |g|)
    (54)  m_hat = m / (1 - beta1^t)
    (55)  theta = theta - eta m_hat / (u + eps)
    The paper has no eps, PyTorch has it inside the maximum. Source: Kingma & Ba 2015, section 7.1.
    """

    lr: float = 0.002
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    _State = AdaMaxState

    def _step(self, theta, grad, state):
        t, g = state.t + 1, grad(theta)
        m = self.beta1 * state.m + (1 - self.beta1) * g
        u = np.maximum(self.beta2 * state.u, np.abs(g))
        m_hat = m / (1 - self.beta1**t)
        return theta - self.lr * (m_hat / (u + self.eps)), AdaMaxState(t, m, u)


@dataclass(frozen=True)
class NAdam(Adam):
    """Adam with Nesterov's look ahead: the momentum part is that of the coming step.

    (56), (57), (58), (59) are (42) to (45), but for (60') m is corrected one step further on
    (60') theta = theta - eta (beta1 m / (1 - beta1^(t+1)) + (1 - beta1) g / (1 - beta1^t))
                          / (sqrt(v_hat) + eps)
    With as_printed=True the notes' (60): beta1 m_hat + (1 - beta1) g, the gradient uncorrected.
    PyTorch and the paper also let beta1 grow over the first steps. Source: Dozat 2016.
    """

    lr: float = 0.002
    as_printed: bool = False

    def _step(self, theta, grad, state):
        g = grad(theta)
        t, m_hat, v_hat, new = self._moments(g, state)
        if self.as_printed:
            ahead = self.beta1 * m_hat + (1 - self.beta1) * g
        else:
            ahead = self.beta1 * new.m / (1 - self.beta1 ** (t + 1))
            ahead = ahead + (1 - self.beta1) * g / (1 - self.beta1**t)
        return theta - self.lr * ahead / (np.sqrt(v_hat) + self.eps), new


@dataclass(frozen=True)
class RAdam(Adam):
    """Adam that waits: it divides by sqrt(v_hat) only once v_hat can be trusted.

    (61), (62), (63), (64) are (42) to (45)
    5.4   rho_inf = 2 / (1 - beta2) - 1
    (65)  rho = rho_inf - 2 t beta2^t / (1 - beta2^t)
    (66)  r = sqrt((rho - 4) (rho - 2) rho_inf / ((rho_inf - 4) (rho_inf - 2) rho))
    (67)  theta = theta - eta r m_hat / (sqrt(v_hat) + eps)  where rho > threshold
    (68') theta = theta - eta m_hat                          elsewhere
    With as_printed=True the notes' (68), Adam's own step (46), in place of (68').
    The paper's threshold is 4, PyTorch's 5. Source: Liu et al. 2020, algorithm 2.
    """

    threshold: float = 4.0
    as_printed: bool = False

    def __post_init__(self):
        super().__post_init__()
        if self.threshold < 4:
            raise ValueError(f"RAdam: threshold must be at least 4, got {self.threshold:g}")

    def rho(self, t):
        """(65)  The length of the average behind v after t steps, t = 1, 2, ...; as a float."""
        return self._rho("RAdam.rho", t)

    def _rho(self, who, t):
        t = min(_require.count(who, "t", t), _FOR_EVER)
        if t == 0:
            raise ValueError(f"{who}: t must be at least 1, got 0")
        power = self.beta2**t
        if power < 0.1:
            return self.rho_inf - 2 * t * power / (1 - power)
        # There the two terms cancel where beta2 is near 1. With y = -log(beta2) / 2 they are
        # coth(y) and t - t coth(t y), and what is infinite in each coth drops out of the sum.
        y = -math.log(self.beta2) / 2
        return t * (1 - _langevin(t * y)) + _langevin(y)

    @property
    def rho_inf(self):
        """5.4  rho_inf = 2 / (1 - beta2) - 1, the length that the average comes to have."""
        return 2 / (1 - self.beta2) - 1

    def r(self, t):
        """(66)  The share of Adam's step that is taken at step t; nan where rho <= threshold."""
        rho, end = self._rho("RAdam.r", t), self.rho_inf
        if rho <= self.threshold:
            return math.nan
        return math.sqrt((rho - 4) * (rho - 2) * end / ((end - 4) * (end - 2) * rho))

    def _step(self, theta, grad, state):
        t, m_hat, v_hat, new = self._moments(grad(theta), state)
        r = self.r(t)
        if not math.isnan(r):
            step = r * m_hat / (np.sqrt(v_hat) + self.eps)
        elif self.as_printed:
            step = m_hat / (np.sqrt(v_hat) + self.eps)
        else:
            step = m_hat
        return theta - self.lr * step, new


def _langevin(y):
    """coth(y) - 1/y for 0 < y < 2, by a continued fraction: near 0 nothing cancels."""
    rest = 0.0
    for odd in range(29, 3, -2):
        rest = y * y / (odd + rest)
    return y / (3 + rest)


def descend(optimizer, grad, theta, steps):
    """Walk: an iterator over theta_0 ... theta_steps, steps + 1 values, each of theta's form.

    theta_0 is a copy of theta as arrays. A step is taken when its theta is asked for, and its errors
    come then.
    """
    _require.instance("descend", "optimizer", optimizer, _Rule, "an optimizer such as Adam()")
    _require.instance("descend", "grad", grad, Callable, "a function of theta")
    steps = _require.count("descend", "steps", steps)
    flat, unpack = _packed("descend", theta=theta)
    return _path(optimizer, grad, unpack(flat.copy()), steps)


def _path(optimizer, grad, theta, steps):
    state = optimizer.init(theta)
    yield theta
    for _ in range(steps):
        theta, state = optimizer.step(theta, grad, state)
        yield theta


def _packed(who, **named):
    """The entries of an array or of a dict of arrays as one array, and the way back.

    Every rule works entry by entry, so one long vector serves a whole network.
    """
    ((name, theta),) = named.items()
    if not isinstance(theta, dict):
        return np.asarray(_require.finite(who, **{name: theta})), np.asarray
    if not theta:
        raise ValueError(f"{who}: {name} must hold at least one array, got an empty dict")
    arrays = {k: _require.finite(who, **{f"{name}[{k!r}]": a}) for k, a in theta.items()}
    ends = np.cumsum([a.size for a in arrays.values()])

    def unpack(flat):
        pieces = zip(arrays, np.split(flat, ends[:-1]), strict=True)
        return {k: piece.reshape(arrays[k].shape) for k, piece in pieces}

    return np.concatenate([a.ravel() for a in arrays.values()]), unpack


def _alike(who, name, value, theta, flat):
    """A gradient or memory of theta's form, as one array of theta's precision."""
    if isinstance(theta, dict):
        if not isinstance(value, dict) or value.keys() != theta.keys():
            keys = ", ".join(map(repr, theta))
            got = ", ".join(map(repr, value)) if isinstance(value, dict) else type(value).__name__
            raise ValueError(f"{who}: {name} must be a dict of {keys} like theta, got {got}")
        value = {k: value[k] for k in theta}
    for k in theta if isinstance(theta, dict) else [None]:
        part, like = (value, theta) if k is None else (value[k], theta[k])
        label = name if k is None else f"{name}[{k!r}]"
        if _require.finite(who, **{label: part}).shape != np.shape(like):
            raise ValueError(
                f"{who}: {label} must have shape {np.shape(like)} like theta, got {np.shape(part)}"
            )
    with np.errstate(over="ignore"):
        alike = _packed(who, **{name: value})[0].astype(flat.dtype, copy=False)
    # A float64 too large for a theta in float32 is inf there.
    return _require.finite(who, **{name: alike})
