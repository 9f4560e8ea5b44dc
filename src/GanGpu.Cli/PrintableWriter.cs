using System.Text;

namespace GanGpu.Cli;

/// <summary>
/// What the program writes, without what names in files and archives could do to a terminal, see
/// <see cref="Printable"/>.
/// </summary>
internal sealed class PrintableWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer) => inner.Write(Printable.Text(buffer));

    public override void Write(string? value)
    {
        if (value is not null)
            inner.Write(Printable.Text(value));
    }

    public override void WriteLine() => inner.WriteLine();

    public override void WriteLine(string? value)
    {
        Write(value);
        inner.WriteLine();
    }

    public override void Flush() => inner.Flush();
}
