using System.Buffers.Binary;
using System.Text;

namespace GanGpu.Tests.Reports;

/// <summary>One figure or picture of an event; the other of the two is null.</summary>
internal sealed record BoardEvent(
    long Step, double Time, string Tag, float? Figure, byte[]? Png, long Height, long Width, long Colours);

/// <summary>Reads TensorBoard's files by the formats' descriptions, and shares no code with what writes them.</summary>
internal static class EventFile
{
    /// <summary>
    /// The events of a folder's files as TensorBoard would see them: a session that starts at a step ends what came
    /// from there on.
    /// </summary>
    public static List<BoardEvent> ReadFolder(string folder)
    {
        List<BoardEvent> events = [];
        foreach (string path in Directory.EnumerateFiles(folder, "*tfevents*").Order(StringComparer.Ordinal))
        {
            List<byte[]> records = [.. Records(File.ReadAllBytes(path))];
            Assert.Equal(
                "brain.Event:2", Encoding.UTF8.GetString(Fields(records[0]).Single(field => field.Number == 3).Bytes));
            foreach (byte[] record in records.Skip(1))
            {
                List<Field> fields = [.. Fields(record)];
                double time = BitConverter.Int64BitsToDouble((long)fields.Single(field => field.Number == 1).Value);
                long step = (long)fields.Single(field => field.Number == 2).Value;
                if (fields.Find(field => field.Number == 7) is { } session)
                {
                    Assert.Equal(1ul, Fields(session.Bytes).Single(field => field.Number == 1).Value);
                    events.RemoveAll(one => one.Step >= step);
                    continue;
                }

                foreach (Field value in Fields(fields.Single(field => field.Number == 5).Bytes))
                {
                    List<Field> parts = [.. Fields(value.Bytes)];
                    string tag = Encoding.UTF8.GetString(parts.Single(field => field.Number == 1).Bytes);
                    if (parts.Find(field => field.Number == 4) is { } image)
                    {
                        List<Field> picture = [.. Fields(image.Bytes)];
                        events.Add(
                            new BoardEvent(
                                step, time, tag, null, picture.Single(field => field.Number == 4).Bytes, Of(1),
                                Of(2), Of(3)));
                        long Of(int number) => (long)picture.Single(field => field.Number == number).Value;
                    }
                    else
                    {
                        events.Add(
                            new BoardEvent(
                                step, time, tag,
                                BitConverter.Int32BitsToSingle((int)parts.Single(field => field.Number == 2).Value),
                                null, 0, 0, 0));
                    }
                }
            }
        }

        return events;
    }

    /// <summary>The records of a file; every checksum must be right.</summary>
    public static IEnumerable<byte[]> Records(byte[] file)
    {
        for (int place = 0; place < file.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(place)));
            Assert.Equal(
                Masked(file.AsSpan(place, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(place + 8)));
            byte[] data = file.AsSpan(place + 12, length).ToArray();
            Assert.Equal(Masked(data), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(place + 12 + length)));
            yield return data;
            place += 12 + length + 4;
        }
    }

    /// <summary>CRC-32C (Castagnoli, reflected polynomial 0x82F63B78) bit by bit, and TFRecord's mask.</summary>
    public static uint Masked(ReadOnlySpan<byte> data)
    {
        uint checksum = 0xFFFFFFFF;
        foreach (byte one in data)
        {
            checksum ^= one;
            for (int bit = 0; bit < 8; bit++)
                checksum = (checksum & 1) == 1 ? (checksum >> 1) ^ 0x82F63B78 : checksum >> 1;
        }

        checksum ^= 0xFFFFFFFF;
        return unchecked(((checksum >> 15) | (checksum << 17)) + 0xA282EAD8);
    }

    /// <summary>The fields of a message of protocol buffers.</summary>
    private static IEnumerable<Field> Fields(byte[] message)
    {
        int place = 0;
        while (place < message.Length)
        {
            ulong key = Variable();
            int number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    yield return new Field(number, Variable(), []);
                    break;
                case 1:
                    yield return new Field(number, BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(place)), []);
                    place += 8;
                    break;
                case 5:
                    yield return new Field(number, BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(place)), []);
                    place += 4;
                    break;
                case 2:
                    int length = (int)Variable();
                    yield return new Field(number, 0, message[place..(place + length)]);
                    place += length;
                    break;
                default:
                    Assert.Fail($"There is no kind {key & 7} of fields.");
                    break;
            }
        }

        ulong Variable()
        {
            ulong value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte one = message[place++];
                value |= (ulong)(one & 0x7F) << shift;
                if (one < 0x80)
                    return value;
            }
        }
    }

    private sealed record Field(int Number, ulong Value, byte[] Bytes);
}
