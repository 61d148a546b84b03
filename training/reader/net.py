"""The network: a strip of ink in, a row of letter probabilities every four pixels out. Two million weights.

In: (n, 1, HIGH, width) float, 0 paper to 1 ink, width a multiple of 4. Out: (n, width / 4, 1 + letters), logits;
class 0 is CTC's blank. Convolutions only, so that OpenCV runs it; batch norms vanish into them when exported.
"""

import torch
from torch import nn

from chalicelib.ocr.recogniser import LETTERS

CLASSES = 1 + len(LETTERS)


def _conv(
    wide_in: int,
    wide_out: int,
    kernel: tuple[int, int],
    stride: tuple[int, int] = (1, 1),
    pad: tuple[int, int] | None = None,
) -> nn.Sequential:
    if pad is None:
        pad = (kernel[0] // 2, kernel[1] // 2)
    return nn.Sequential(
        nn.Conv2d(wide_in, wide_out, kernel, stride, pad, bias=False),
        nn.BatchNorm2d(wide_out),
        nn.ReLU(inplace=True),
    )


class Residual(nn.Module):
    def __init__(self, wide: int, kernel: tuple[int, int], spread: int = 1) -> None:
        super().__init__()
        pad = (kernel[0] // 2, kernel[1] // 2 * spread)
        self.first = nn.Sequential(
            nn.Conv2d(wide, wide, kernel, padding=pad, dilation=(1, spread), bias=False),
            nn.BatchNorm2d(wide),
            nn.ReLU(inplace=True),
        )
        self.second = nn.Sequential(
            nn.Conv2d(wide, wide, kernel, padding=pad, dilation=(1, spread), bias=False),
            nn.BatchNorm2d(wide),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(x + self.second(self.first(x)))


class Net(nn.Module):
    def __init__(self, small: bool = False) -> None:
        super().__init__()
        a, b, c, d = (8, 16, 24, 32) if small else (24, 64, 128, 224)
        self.strokes = nn.Sequential(
            _conv(1, a, (5, 5), (2, 2)),  # 20 x w/2
            _conv(a, b, (3, 3), (2, 2)),  # 10 x w/4
            Residual(b, (3, 3)),
            _conv(b, c, (3, 3), (2, 1)),  # 5 x w/4
            Residual(c, (3, 3)),
            _conv(c, d, (5, 1), pad=(0, 0)),  # 1 x w/4
        )
        spreads = (1,) if small else (1, 2, 4, 8)
        self.line = nn.Sequential(*(Residual(d, (1, 3), spread) for spread in spreads))
        self.letters = nn.Conv2d(d, CLASSES, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.letters(self.line(self.strokes(x))).squeeze(2).transpose(1, 2)

    def begin_with(self, weights: dict[str, torch.Tensor]) -> None:
        """Take weights of this net, or of one that has fewer blocks (they change nothing at first) or letters."""
        lacking = set(
            self.load_state_dict(self._with_all_letters(weights), strict=False).missing_keys
        )
        for name, block in self.named_modules():
            if isinstance(block, Residual) and f"{name}.second.1.weight" in lacking:
                nn.init.zeros_(block.second[1].weight)

    def _with_all_letters(self, weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Letters that these weights don't know stand at the end: begun as the mean of all, seldom said."""
        whole = dict(weights)
        for name in ("letters.weight", "letters.bias"):
            mine, known = self.state_dict()[name].clone(), weights[name].float()
            mine[len(known) :] = known.mean(dim=0) - (10.0 if mine.dim() == 1 else 0.0)
            mine[: len(known)] = known
            whole[name] = mine
        return whole


class Exported(nn.Module):
    """The network as the product runs it: probabilities out."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.softmax(self.net(x), dim=2)


def said(logits: torch.Tensor) -> list[str]:
    """The likeliest letter of every frame, repeats and blanks gone."""
    texts = []
    for row in logits.argmax(2).tolist():
        kept = [c for n, c in enumerate(row) if c and (n == 0 or row[n - 1] != c)]
        texts.append("".join(LETTERS[c - 1] for c in kept).strip())
    return texts
