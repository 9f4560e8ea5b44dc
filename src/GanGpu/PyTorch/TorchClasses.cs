namespace GanGpu.PyTorch;

/// <summary>Modules that PyTorch does not have, as the code that is written beside the weights has them.</summary>
internal static class TorchClasses
{
    public const string Residual = """
        class Residual(nn.Module):
            '''What goes in, or what the shortcut makes of it, and what the body makes of it, added.'''

            def __init__(self, body, shortcut=None):
                super().__init__()
                self.body = body
                self.shortcut = nn.Identity() if shortcut is None else shortcut

            def forward(self, x):
                return self.shortcut(x) + self.body(x)
        """;

    public const string SumPool = """
        class SumPool(nn.Module):
            '''The sum of all pixels of an image.'''

            def forward(self, x):
                return x.sum((2, 3))
        """;

    public const string Affine = """
        class Affine(nn.Module):
            '''A multiple of what goes in, and a number added.'''

            def __init__(self, factor, offset):
                super().__init__()
                self.factor = factor
                self.offset = offset

            def forward(self, x):
                return self.factor * x + self.offset
        """;

    public const string Labelled = """
        class Labelled(nn.Sequential):
            '''Layers one after the other, of which some are told the classes.'''

            def forward(self, x, labels):
                for layer in self:
                    told = isinstance(layer, (Labelled, LabelledResidual, ClassNorm))
                    x = layer(x, labels) if told else layer(x)
                return x


        class LabelledResidual(nn.Module):
            '''As Residual, of layers that may be told the classes.'''

            def __init__(self, body, shortcut=None):
                super().__init__()
                self.body = body
                self.shortcut = nn.Identity() if shortcut is None else shortcut

            def forward(self, x, labels):
                parts = [part(x, labels) if isinstance(part, Labelled) else part(x)
                         for part in (self.shortcut, self.body)]
                return parts[0] + parts[1]


        class ClassNorm(nn.Module):
            '''Batch norm with a scale and a shift of each class.'''

            def __init__(self, classes, channels, eps):
                super().__init__()
                self.norm = nn.BatchNorm2d(channels, eps=eps, affine=False)
                self.scale = nn.Embedding(classes, channels)
                self.shift = nn.Embedding(classes, channels)

            def forward(self, x, labels):
                scale = self.scale(labels)[:, :, None, None]
                shift = self.shift(labels)[:, :, None, None]
                return scale * self.norm(x) + shift
        """;
}
