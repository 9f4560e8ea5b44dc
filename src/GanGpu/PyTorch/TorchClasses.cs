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

    public const string LabelBesideNoise = """
        class LabelBesideNoise(nn.Module):
            '''A vector of the class, and the noise beside it.'''

            def __init__(self, label_emb, model):
                super().__init__()
                self.label_emb = label_emb
                self.model = model

            def forward(self, noise, labels):
                return self.model(torch.cat((self.label_emb(labels), noise), 1))
        """;

    public const string LabelBesideSample = """
        class LabelBesideSample(nn.Module):
            '''A sample as a vector, and a vector of its class beside it.'''

            def __init__(self, label_embedding, model):
                super().__init__()
                self.label_embedding = label_embedding
                self.model = model

            def forward(self, samples, labels):
                return self.model(torch.cat((samples, self.label_embedding(labels)), 1))
        """;

    public const string LabelTimesNoise = """
        class LabelTimesNoise(nn.Module):
            '''A vector of the class times the noise, made to a small image, made to a larger one.'''

            def __init__(self, label_emb, l1, conv_blocks):
                super().__init__()
                self.label_emb = label_emb
                self.l1 = l1
                self.conv_blocks = conv_blocks

            def forward(self, noise, labels):
                return self.conv_blocks(self.l1(self.label_emb(labels) * noise))
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
            '''What the shortcut makes of what goes in, and what the body makes of it and its class, added.'''

            def __init__(self, body, shortcut):
                super().__init__()
                self.body = body
                self.shortcut = shortcut

            def forward(self, x, labels):
                return self.shortcut(x) + self.body(x, labels)


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

    public const string Projection = """
        class Projection(nn.Module):
            '''A logit of the features, and the product of the features with a vector of the class.'''

            def __init__(self, features, linear, classes):
                super().__init__()
                self.features = features
                self.linear = linear
                self.classes = classes

            def forward(self, images, labels):
                x = self.features(images)
                return self.linear(x) + (self.classes(labels) * x).sum(1, keepdim=True)
        """;
}
