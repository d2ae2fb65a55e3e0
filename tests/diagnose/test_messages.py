"""Rules match fragments of torch's texts: each text of 2.6 and of today is known by its mistake."""

import pytest
import torch

import graphtrace as gt
from graphtrace.model import Recording

TEXTS = [  # the kind of error, its text, the mistake; where 2.6 said it in other words, both are here
    (RuntimeError, "grad can be implicitly created only for scalar outputs", "vector_without_v"),
    (
        RuntimeError,
        "Mismatch in shape: grad_output[0] has a shape of torch.Size([2]) and output[0] has a shape of torch.Size([3])",
        "v_shape_or_dtype",
    ),
    (TypeError, "gradients can be either Tensors or None, but got int", "v_shape_or_dtype"),
    (RuntimeError, "a leaf Variable that requires grad is being used in an in-place operation.", "inplace_on_leaf"),
    (
        RuntimeError,
        "a view of a leaf Variable that requires grad is being used in an in-place operation.",
        "inplace_on_leaf",
    ),
    (AttributeError, "'NoneType' object has no attribute 'zero_'", "none_or_zero"),
    (ValueError, "optimizer got an empty parameter list", "optimizer_misses_parameter"),
    (ValueError, "can't optimize a non-leaf Tensor", "optimizer_misses_parameter"),
    (AttributeError, "cannot assign module before Module.__init__() call", "optimizer_misses_parameter"),
    (AttributeError, "cannot assign parameters before Module.__init__() call", "optimizer_misses_parameter"),
    (
        ValueError,
        "Target size (torch.Size([4])) must be the same as input size (torch.Size([4, 1]))",
        "broadcast_loss",
    ),
    (
        ValueError,
        "Expected more than 1 value per channel when training, got input size torch.Size([1, 3])",
        "train_or_eval",
    ),
    (RuntimeError, "Only Tensors of floating point and complex dtype can require gradients", "dtype_mismatch"),
    (RuntimeError, "only Tensors of floating point dtype can require gradients", "dtype_mismatch"),
    (RuntimeError, "expected m1 and m2 to have the same dtype, but got: double != float", "dtype_mismatch"),
    (RuntimeError, "mat1 and mat2 must have the same dtype, but got Double and Float", "dtype_mismatch"),
    (RuntimeError, "expected scalar type Long but found Float", "dtype_mismatch"),  # 2.6
    (RuntimeError, "expected target dtype to be Long or Byte, but got Float", "dtype_mismatch"),  # 2.13
    (RuntimeError, "Found dtype Long but expected Float", "dtype_mismatch"),
    (
        RuntimeError,
        "Trying to backward through the graph a second time (or directly access saved tensors after they have "
        "already been freed). Saved intermediate values of the graph are freed when you call .backward() or "
        "autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if "
        "you need to access saved tensors after calling backward.",
        "backward_twice",
    ),
    (
        RuntimeError,
        "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.",
        "graph_cut",
    ),
]


@pytest.mark.parametrize(("kind", "text", "mistake"), TEXTS, ids=[text[:40] for _, text, _ in TEXTS])
def test_a_text_is_known_by_its_stable_part(kind, text, mistake):
    found = gt.diagnose(Recording(), kind(text))
    assert found is not None
    assert found.mistake == mistake


@pytest.mark.parametrize(
    "text",
    [
        "mat1 and mat2 shapes cannot be multiplied (4x2 and 3x1)",
        "CUDA out of memory. Tried to allocate 2.00 GiB",
        "element 0 of tensors does not require grad and does not have a grad_fn",  # nothing recorded shows why
        "one of the variables needed for gradient computation has been modified by an inplace operation",
    ],
)
def test_a_text_alone_is_no_diagnosis_where_only_the_recording_could_tell(text):
    assert gt.diagnose(Recording(), RuntimeError(text)) is None


@pytest.mark.parametrize(
    ("make", "fragment"),
    [
        (lambda: torch.ones(2, requires_grad=True).backward(), "implicitly created only for scalar"),
        (lambda: torch.ones(2, requires_grad=True).add_(1), "leaf Variable"),
        (lambda: torch.optim.SGD([], lr=1.0), "empty parameter list"),
        (lambda: torch.tensor([1]).requires_grad_(), "nly Tensors of floating point"),
        (lambda: torch.tensor([1], requires_grad=True), "nly Tensors of floating point"),
        (lambda: torch.ones(2, requires_grad=True).numpy(), "Can't call numpy()"),
    ],
)
def test_the_torch_that_runs_says_it_with_the_same_fragment(make, fragment):
    with pytest.raises((RuntimeError, ValueError)) as raised:
        make()
    assert fragment in str(raised.value)
    assert any(fragment in text for _, text, _ in TEXTS)
