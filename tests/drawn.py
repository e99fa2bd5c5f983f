"""Good arguments for every public function, drawn by Hypothesis.

GOOD has, under "module.name", a strategy for (arguments, settings). All numbers in them are floats that
float32 has, too. A Seed stands for a generator, made anew by every call.
"""

import importlib
from dataclasses import dataclass

import cases_optimizers
import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dlnotes import batchnorm, losses, mlp, recurrent
from dlnotes.activations import relu, relu_grad, tanh, tanh_grad
from dlnotes.recurrent import GRUWeights, LSTMWeights, RNNWeights


@dataclass(frozen=True)
class Seed:
    """What call() turns into np.random.default_rng(n)."""

    n: int


def function(path):
    """activations.relu, or a method such as optimizers.Adam.step, by its path."""
    module, *names = path.split(".")
    found = importlib.import_module(f"dlnotes.{module}")
    for name in names:
        found = getattr(found, name)
    return found


def call(path, arguments, settings):
    fresh = {
        k: np.random.default_rng(v.n) if isinstance(v, Seed) else v for k, v in settings.items()
    }
    return function(path)(*arguments, **fresh)


# --- the parts

shapes = st.lists(st.integers(1, 4), max_size=3).map(tuple)
filled = shapes.filter(len)
seeds = st.integers(0, 1000).map(Seed)
widths = st.integers(1, 5)
powers = st.sampled_from([0.25, 0.5, 1.0, 2.0, 8.0])
pairs_of = st.sampled_from([(relu, relu_grad), (tanh, tanh_grad)])


def floats(low=-1e3, high=1e3):
    return st.floats(low, high, width=32).map(lambda v: v + 0.0)  # no zero with a minus sign


def numbers(shape, low=-1e3, high=1e3):
    return arrays(np.float64, shape, elements=floats(low, high))


def unit(shape):
    return numbers(shape, 0, 1)


def settings(**named):
    return st.fixed_dictionaries({}, optional=named)


def of(*arguments, **named):
    """Those arguments, any of those settings."""
    return st.tuples(st.tuples(*arguments).map(list), settings(**named))


@st.composite
def alike(draw, first, second, shape, **named):
    """Two arrays of one shape."""
    size = draw(shape)
    return [draw(first(size)), draw(second(size))], draw(settings(**named))


@st.composite
def with_slopes(draw, shared):
    """x, and a slope that is one number, or has the shape shared(x)."""
    x = draw(numbers(draw(filled)))
    return [x, draw(st.one_of(numbers(()), numbers(shared(x), -2, 2)))], {}


@st.composite
def classes(draw):
    """Class numbers and probabilities."""
    n, c = draw(widths), draw(widths)
    y = draw(arrays(np.int64, n, elements=st.integers(0, c - 1)))
    return [y, draw(unit((n, c)))], draw(settings(reduction=st.sampled_from(losses.REDUCTIONS)))


def targets(values):
    return lambda shape: arrays(np.float64, shape, elements=st.sampled_from(values))


@st.composite
def backwards(draw, path):
    """The arguments of a function, and a gradient of its output's shape."""
    arguments, named = draw(GOOD[path])
    return [*arguments, draw(numbers(np.shape(call(path, arguments, named)), -8, 8))], named


@st.composite
def batches(draw, *, images=True):
    """x, gamma, beta, and an eps that keeps a feature without spread finite."""
    more = draw(st.sampled_from([(), (2, 2)] if images else [()]))
    d = draw(widths)
    x = draw(numbers((draw(st.integers(2, 5)), d, *more), -100, 100))
    gamma, beta = draw(numbers(d, -4, 4)), draw(numbers(d, -4, 4))
    return [x, gamma, beta], {"eps": draw(st.sampled_from([1e-5, 0.25, 1.0]))}


@st.composite
def batches_back(draw):
    arguments, named = draw(batches())
    y, cache = batchnorm.batchnorm_forward(*arguments, **named)
    return [draw(numbers(y.shape, -8, 8)), cache], {}


@st.composite
def inferences(draw):
    arguments, named = draw(batches())
    d = arguments[1].size
    state = batchnorm.RunningState(draw(numbers(d)), draw(numbers(d, 0, 100)))
    return [*arguments, state], named


@st.composite
def networks(draw, norm=None):
    """x and params; the activation among the settings."""
    norm = draw(st.booleans()) if norm is None else norm
    sizes = draw(st.lists(widths, min_size=2, max_size=4))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    params = mlp.mlp_init(tuple(sizes), lambda i, o: 1.0, rng=rng, norm=norm)
    # Four bits after the point: exact in float32, and never a batch without spread.
    params = {k: np.round(16 * a + (a == 0)) / 16 for k, a in params.items()}
    x = np.round(16 * rng.normal(size=(draw(st.integers(2, 5)), sizes[0]))) / 16
    return [x, params], {"activation": draw(pairs_of)}


@st.composite
def networks_back(draw):
    arguments, named = draw(networks())
    scores, cache = mlp.mlp_forward(*arguments, **named)
    return [draw(numbers(scores.shape, -8, 8)), cache], {}


@st.composite
def sequences(draw, kind, states):
    """x, the first states and the weights, perhaps a mask."""
    T, N, D, H = (draw(st.integers(1, 3)) for _ in range(4))
    biases, after = draw(st.booleans()), draw(st.booleans())
    weights, named = {}, {}
    for name in kind._fields:
        bias = name.startswith(("b", "c"))
        if (bias and not (biases or kind is LSTMWeights)) or (name == "c_h" and not after):
            weights[name] = None
            continue
        on_x = name.startswith("W_x" if kind is RNNWeights else "W_")
        weights[name] = draw(numbers((H,) if bias else (H, D) if on_x else (H, H), -2, 2))
    if kind is GRUWeights:
        named["reset_after"] = after
    if kind is RNNWeights:
        named["activation"] = draw(st.sampled_from(["relu", "tanh", "identity"]))
    if draw(st.booleans()):
        named["mask"] = draw(arrays(bool, (T, N)))
    first = [draw(numbers((N, H), -2, 2)) for _ in range(states)]
    return [draw(numbers((T, N, D), -2, 2)), *first, kind(**weights)], named


@st.composite
def sequences_back(draw, layer):
    arguments, named = draw(GOOD[f"recurrent.{layer}_forward"])
    h, cache = getattr(recurrent, f"{layer}_forward")(*arguments, **named)
    cells = {"dC": numbers(h.shape, -8, 8)} if layer == "lstm" else {}
    return [draw(numbers(h.shape, -8, 8)), cache], draw(settings(**cells))


@st.composite
def players(draw, rows=False):
    """Scores of real samples and of fakes, of different counts."""
    arguments = [draw(numbers(draw(filled))) for _ in range(2)]
    if rows:
        arguments.append(draw(numbers((draw(widths), draw(widths)))))
    return arguments, draw(settings(lam=powers)) if rows else {}


def slope(theta):
    """The gradient of a loss with its lowest point at 1, for optimizers to walk on."""
    return (theta - 1) * 2


@st.composite
def smooth(draw):
    """sin and its gradient, where to take it, and the cotangent."""
    x = draw(numbers(draw(shapes), -4, 4))
    return x, draw(numbers(x.shape, -4, 4))


def sine_slope(x, dy=1.0):
    return np.cos(x) * dy


def a_line(slope):
    return f"slope {slope}", [("line", "a", [1, 2], [0, slope])]


def no_drawing(ax, k):
    ax.plot([0, 1], [k, 1])


# --- the table

STEEP = {
    "lr": powers,
    "eps": st.sampled_from([0.0, 1e-8, 0.5]),
    "weight_decay": st.sampled_from([0.0, 0.125]),
    "threshold": st.sampled_from([4, 5.0]),
    "as_printed": st.booleans(),
}
RULES = {
    rule: {name: STEEP.get(name, st.sampled_from([0.0, 0.5, 0.875])) for name in names}
    for rule, names in cases_optimizers.SETTINGS.items()
}

x_alone, scores = shapes.flatmap(numbers), filled.flatmap(numbers)
reductions = {"reduction": st.sampled_from(losses.REDUCTIONS)}
rows = st.one_of(st.tuples(widths), st.tuples(widths, widths))
matrices = st.tuples(widths, widths).flatmap(numbers)
fans = st.integers(1, 9)

GOOD = {
    **{f"activations.{name}": of(x_alone) for name in ("sigmoid", "relu", "tanh", "selu", "silu")},
    **{f"activations.{name}": of(scores) for name in ("softmax", "log_softmax")},
    "activations.leaky_relu": of(x_alone, alpha=powers),
    "activations.elu": of(x_alone, alpha=powers),
    "activations.gelu": of(x_alone, approximate=st.sampled_from(["none", "tanh"])),
    "activations.prelu": with_slopes(lambda x: x.shape[-1:]),
    "activations.rrelu": with_slopes(lambda x: x.shape),
    "activations.glu": alike(numbers, numbers, filled),
    "activations.rrelu_slopes": st.tuples(
        st.tuples(shapes).map(list), st.fixed_dictionaries({"rng": seeds})
    ),
    "activations.rrelu_test_slope": of(lower=st.just(0.25), upper=powers.filter(lambda v: v > 0.2)),
    "losses.mae": alike(numbers, numbers, shapes, **reductions),
    "losses.mse": alike(numbers, numbers, shapes, **reductions),
    "losses.huber": alike(numbers, numbers, shapes, delta=powers, **reductions),
    "losses.hinge": alike(targets([-1.0, 1.0]), numbers, shapes, **reductions),
    "losses.bce": alike(unit, unit, shapes, **reductions),
    "losses.bce_with_logits": alike(unit, numbers, shapes, **reductions),
    "losses.cross_entropy": alike(unit, unit, rows, **reductions),
    "losses.cross_entropy_with_logits": alike(unit, numbers, rows, **reductions),
    "losses.kl_divergence": alike(unit, unit, rows, **reductions),
    "losses.nll": classes(),
    **{f"gans.{name}": players() for name in ("minimax_d", "least_squares_d", "wasserstein_d")},
    **{
        f"gans.{name}": of(scores)
        for name in ("minimax_g", "nonsaturating_g", "least_squares_g", "wasserstein_g")
    },
    "gans.gradient_penalty": of(matrices, lam=powers),
    "gans.wasserstein_gp_d": players(rows=True),
    "regularization.l2": of(scores, lam=powers),
    "regularization.elastic_net": of(scores, lam1=powers, lam2=powers),
    "regularization.spectral_norm": of(matrices, lam=powers),
    "regularization.orthogonality": of(matrices, lam=powers),
    "regularization.max_norm": st.tuples(
        st.tuples(matrices).map(list), st.fixed_dictionaries({"c": powers, "lam": powers})
    ),
    "regularization.soft_threshold": of(scores, powers),
    "regularization.max_norm_project": of(matrices, powers),
    "metrics.confusion": alike(targets([0.0, 1.0]), targets([0.0, 1.0]), filled),
    "metrics.Confusion": st.tuples(
        st.lists(st.integers(0, 10**6), min_size=4, max_size=4).filter(any), st.just({})
    ),
    "batchnorm.batchnorm_forward": batches(),
    "batchnorm.batchnorm_inference": inferences(),
    "batchnorm.batchnorm_backward": batches_back(),
    "batchnorm.batchnorm_chain": batches_back(),
    "batchnorm.RunningStatistics": of(
        momentum=st.sampled_from([0.125, 1.0]), unbiased=st.booleans()
    ),
    **{f"initialization.{n}": of(fans, fans) for n in ("lecun_std", "xavier_std", "he_std")},
    "initialization.xavier_limit": of(fans, fans),
    **{
        f"initialization.{name}": st.tuples(
            st.lists(fans, min_size=2, max_size=2), st.fixed_dictionaries({"rng": seeds})
        )
        for name in ("lecun_normal", "xavier_normal", "xavier_uniform", "he_normal")
    },
    "initialization.preactivation_variance": of(
        fans, powers, floats(-9, 9), powers, mean_w=floats(-9, 9)
    ),
    "initialization.gain": of(st.sampled_from([relu, tanh, abs])),
    "initialization.variance_through": st.tuples(
        st.tuples(
            matrices, st.lists(fans, min_size=1, max_size=3).map(tuple), st.just(lambda i, o: 0.5)
        ).map(list),
        st.fixed_dictionaries({"activation": pairs_of, "rng": seeds}),
    ),
    "mlp.mlp_init": st.tuples(
        st.tuples(st.lists(fans, min_size=2, max_size=4).map(tuple), st.just(lambda i, o: 0.5)).map(
            list
        ),
        st.fixed_dictionaries({"rng": seeds}, optional={"norm": st.booleans()}),
    ),
    "mlp.mlp_forward": networks(),
    "mlp.mlp_backward": networks_back(),
    "recurrent.rnn_forward": sequences(RNNWeights, 1),
    "recurrent.gru_forward": sequences(GRUWeights, 1),
    "recurrent.lstm_forward": sequences(LSTMWeights, 2),
    **{f"recurrent.{n}_backward": sequences_back(n) for n in ("rnn", "gru", "lstm")},
    **{f"optimizers.{rule}": of(**named) for rule, named in RULES.items()},
    "optimizers.descend": st.builds(
        lambda rule, theta, n: ([function(f"optimizers.{rule}")(), slope, theta, n], {}),
        st.sampled_from([*RULES]),
        scores,
        st.integers(0, 3),
    ),
    "gradcheck.numerical_gradient": smooth().map(lambda v: ([np.sin, v[0]], {"dy": v[1]})),
    "gradcheck.gradient_gap": st.tuples(smooth(), seeds).map(
        lambda v: ([np.sin, sine_slope, v[0][0]], {"rng": v[1]})
    ),
    "interactive.figure": st.tuples(
        st.lists(st.integers(-9, 9), min_size=2, max_size=4, unique=True),
        st.sampled_from(["", "x"]),
    ).map(lambda v: ([a_line, {"slope": v[0]}], {"x": "time", "y": "place", "log": v[1]})),
    "film.strip": st.tuples(
        st.just([no_drawing, 1, 2]), st.fixed_dictionaries({}, optional={"shape": st.just(0.5)})
    ),
}
# A gradient takes what its function takes, and a gradient of its output's shape.
GOOD |= {
    f"{path}_grad": backwards(path)
    for path in [*GOOD]
    if hasattr(
        importlib.import_module(f"dlnotes.{path.split('.')[0]}"), f"{path.split('.')[1]}_grad"
    )
}
