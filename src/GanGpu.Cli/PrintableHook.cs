using Spectre.Console;
using Spectre.Console.Rendering;

namespace GanGpu.Cli;

/// <summary>The same for what Spectre.Console draws: its own escape sequences stay, and are the only ones.</summary>
internal sealed class PrintableHook : IRenderHook
{
    public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables) =>
        renderables.Select(IRenderable (each) => new Shown(each));

    private sealed class Shown(IRenderable inner) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => inner.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
            inner.Render(options, maxWidth).Select(segment => segment.IsControlCode ? segment : Text(segment));

        private static Segment Text(Segment segment) => Printable.Text(segment.Text) is var text && text == segment.Text
            ? segment : new Segment(text, segment.Style);
    }
}
