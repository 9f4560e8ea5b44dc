using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace GanGpu.Runs;

/// <summary>
/// A file of events that TensorBoard reads: scalars and images by step. It grows as events come, and each is flushed,
/// so that what was written outlives the process. Records are those of TensorFlow's TFRecord format (length, its masked
/// CRC-32C, data, its masked CRC-32C), the data messages of TensorFlow's event.proto and summary.proto.
/// </summary>
/// <remarks>Not safe for use from several threads at once.</remarks>
internal sealed class TensorBoardWriter : IDisposable
{
    // Numbers of fields in event.proto and summary.proto, and how protocol buffers say what follows.
    private const int WallTime = 1, Step = 2, FileVersion = 3, Summary = 5, SessionLog = 7;
    private const int Value = 1, Tag = 1, SimpleValue = 2, Image = 4, ImageHeight = 1, ImageWidth = 2, ImageColours = 3,
        ImageBytes = 4;
    private const int Status = 1, StatusStart = 1;
    private const int VarInt = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;

    private readonly FileStream file;

    private TensorBoardWriter(FileStream file) => this.file = file;

    /// <summary>Begins a file. TensorBoard takes all files of a folder for one run.</summary>
    /// <param name="folder">The folder; made where it is not there.</param>
    /// <param name="fromStep">Steps trained; above 0 whatever files of before hold of later steps is void.</param>
    /// <exception cref="IOException">It can't be written.</exception>
    public static TensorBoardWriter Create(string folder, long fromStep = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfNegative(fromStep);
        Directory.CreateDirectory(folder);
        // TensorBoard looks for "tfevents" in names, and reads them in their order. The usual name holds the machine's;
        // this does not.
        string name = FormattableString.Invariant(
            $"events.out.tfevents.{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds():D13}.{fromStep:D10}.gangpu");
        TensorBoardWriter writer =
            new(new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.Read));
        try
        {
            MemoryStream version = Event(step: 0);
            Text(version, FileVersion, "brain.Event:2");
            writer.Write(version);
            if (fromStep > 0)
            {
                // To TensorBoard the start of a session at a step is what ends all that came from there on.
                MemoryStream log = new(), start = Event(fromStep + 1);
                Number(log, Status, StatusStart);
                Message(start, SessionLog, log);
                writer.Write(start);
            }

            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Adds figures of a step.</summary>
    /// <param name="step">Steps trained.</param>
    /// <param name="figures">Names with figures, which may be no finite numbers; a slash in a name makes a
    /// group.</param>
    /// <exception cref="IOException">It can't be written.</exception>
    public void AddScalars(long step, params ReadOnlySpan<(string Name, float Figure)> figures)
    {
        MemoryStream summary = new();
        Span<byte> bits = stackalloc byte[sizeof(float)];
        foreach ((string name, float figure) in figures)
        {
            MemoryStream value = new();
            Text(value, Tag, name);
            Key(value, SimpleValue, Fixed32);
            BinaryPrimitives.WriteSingleLittleEndian(bits, figure);
            value.Write(bits);
            Message(summary, Value, value);
        }

        MemoryStream all = Event(step);
        Message(all, Summary, summary);
        Write(all);
    }

    /// <summary>Adds a picture of a step.</summary>
    /// <param name="step">Steps trained.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="png">A PNG file.</param>
    /// <exception cref="ArgumentException">It is no PNG file.</exception>
    /// <exception cref="IOException">It can't be written.</exception>
    public void AddImage(long step, string name, ReadOnlySpan<byte> png)
    {
        const int HeaderEnd = 33;
        if (png.Length < HeaderEnd || !png[1..].StartsWith("PNG\r\n\u001a\n"u8))
            throw new ArgumentException("It is no PNG file.", nameof(png));
        MemoryStream image = new(), value = new(), summary = new();
        Number(image, ImageHeight, BinaryPrimitives.ReadInt32BigEndian(png[20..]));
        Number(image, ImageWidth, BinaryPrimitives.ReadInt32BigEndian(png[16..]));
        // PNG's kinds of colour are grey, RGB, palette, grey with alpha, RGBA; TensorBoard counts channels.
        Number(image, ImageColours, png[25] switch { 0 => 1, 4 => 2, 6 => 4, _ => 3 });
        Block(image, ImageBytes, png);
        Text(value, Tag, name);
        Message(value, Image, image);
        Message(summary, Value, value);
        MemoryStream all = Event(step);
        Message(all, Summary, summary);
        Write(all);
    }

    /// <summary>Ends the file.</summary>
    public void Dispose() => file.Dispose();

    /// <summary>
    /// CRC-32C, turned and moved, so that a checksum of data with checksums in it means something too.
    /// </summary>
    internal static uint MaskedChecksum(ReadOnlySpan<byte> data)
    {
        uint checksum = uint.MaxValue;
        for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..])
            checksum = BitOperations.Crc32C(checksum, BinaryPrimitives.ReadUInt64LittleEndian(data));
        foreach (byte one in data)
            checksum = BitOperations.Crc32C(checksum, one);
        checksum = ~checksum;
        return BitOperations.RotateRight(checksum, 15) + 0xa282ead8;
    }

    private void Write(MemoryStream message)
    {
        ReadOnlySpan<byte> data = message.GetBuffer().AsSpan(0, (int)message.Length);
        // One write: whoever reads along sees a record's beginning only with the rest behind it.
        byte[] record = new byte[12 + data.Length + 4];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedChecksum(record.AsSpan(0, 8)));
        data.CopyTo(record.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + data.Length), MaskedChecksum(data));
        file.Write(record);
        file.Flush();
    }

    private static MemoryStream Event(long step)
    {
        MemoryStream all = new();
        Key(all, WallTime, Fixed64);
        Span<byte> seconds = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(seconds, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0);
        all.Write(seconds);
        Number(all, Step, step);
        return all;
    }

    private static void Key(MemoryStream target, int field, int kind) => Variable(target, (ulong)((field << 3) | kind));

    private static void Number(MemoryStream target, int field, long value)
    {
        Key(target, field, VarInt);
        Variable(target, (ulong)value);
    }

    private static void Text(MemoryStream target, int field, string value) =>
        Block(target, field, Encoding.UTF8.GetBytes(value));

    private static void Message(MemoryStream target, int field, MemoryStream value) =>
        Block(target, field, value.GetBuffer().AsSpan(0, (int)value.Length));

    private static void Block(MemoryStream target, int field, ReadOnlySpan<byte> value)
    {
        Key(target, field, Bytes);
        Variable(target, (ulong)value.Length);
        target.Write(value);
    }

    private static void Variable(MemoryStream target, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            target.WriteByte((byte)(value | 0x80));
        target.WriteByte((byte)value);
    }
}
