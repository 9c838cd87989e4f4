using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Switchboard.Core.Transfer.Reading;

/// <summary>Reads the objects of a JSON array, of an object's <c>records</c>, or of JSON Lines, one after the other, with the lines they begin on.</summary>
internal static class JsonRows
{
    private const int mostRecordBytes = 16 << 20;
    private static readonly JsonDocumentOptions strict = new() { MaxDepth = 64 };

    /// <summary>Reads to the first record and prepares the others.</summary>
    public static async Task<SourceFile> OpenAsync(Stream utf8, CancellationToken cancellationToken)
    {
        var scanner = new Scanner(utf8);
        string? table = await scanner.StartAsync(cancellationToken);
        return new SourceFile(SourceFormat.Json, [], table, RowsAsync(scanner, cancellationToken));
    }

    private static async IAsyncEnumerable<SourceRow> RowsAsync(Scanner scanner, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await scanner.NextAsync(cancellationToken)) yield return Row(scanner.Line, scanner.Record, scanner.IsCut);
    }

    private static SourceRow Row(int line, ReadOnlyMemory<byte> record, bool cut)
    {
        var fields = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (cut) return new SourceRow(line, fields, "The file ends in the middle of this record.");
        try
        {
            using JsonDocument document = JsonDocument.Parse(record, strict);
            Flatten(document.RootElement, "", fields);
            return new SourceRow(line, fields);
        }
        catch (JsonException broken)
        {
            return new SourceRow(line, fields, $"This is no valid JSON ({broken.LineNumber} lines below, byte {broken.BytePositionInLine + 1}).");
        }
        catch (InvalidOperationException)
        {
            return new SourceRow(line, fields, "This holds text that is no valid Unicode.");
        }
    }

    private static void Flatten(JsonElement element, string before, Dictionary<string, string?> fields)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string name = before + property.Name;
            fields[name] = property.Value.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.String when property.Value.GetString() is { Length: > 0 } text => text,
                JsonValueKind.String => null,
                _ => property.Value.GetRawText(),
            };
            if (property.Value.ValueKind == JsonValueKind.Object) Flatten(property.Value, name + ".", fields);
        }
    }

    /// <summary>Finds where each record begins and ends. It knows of JSON only strings and brackets; the record itself is read by the framework.</summary>
    private sealed class Scanner(Stream stream)
    {
        private readonly byte[] buffer = new byte[64 << 10];
        private readonly ArrayBufferWriter<byte> record = new();
        private int length;
        private int place;
        private int line = 1;
        private bool inArray;
        private bool ended;
        private byte[]? first;

        public int Line { get; private set; }

        public bool IsCut { get; private set; }

        public ReadOnlyMemory<byte> Record => record.WrittenMemory;

        /// <summary>Reads to the first record; gives the table's name when the file is an object around its records.</summary>
        public async Task<string?> StartAsync(CancellationToken cancellationToken)
        {
            int begin = await SkipSpaceAsync(cancellationToken);
            if (begin == '[')
            {
                inArray = true;
                return null;
            }

            // An object: either the first of JSON Lines or one around an array called records.
            Line = line;
            record.Clear();
            if (await ScanObjectAsync(stopAtRecords: true, cancellationToken))
            {
                inArray = true;
                string around = Encoding.UTF8.GetString(record.WrittenSpan) + "]}";
                try
                {
                    using JsonDocument document = JsonDocument.Parse(around, strict);
                    return document.RootElement.TryGetProperty("table", out JsonElement table) && table.ValueKind == JsonValueKind.String ? table.GetString() : null;
                }
                catch (JsonException)
                {
                    throw new UnreadableFileException("What stands before \"records\" is no valid JSON.", Line);
                }
            }

            first = record.WrittenMemory.ToArray();
            return null;
        }

        /// <summary>Goes to the next record; false when there is none.</summary>
        public async Task<bool> NextAsync(CancellationToken cancellationToken)
        {
            if (first is not null)
            {
                record.Clear();
                record.Write(first);
                first = null;
                return true;
            }

            if (ended || IsCut) return false;
            int next = await SkipSpaceAsync(cancellationToken);
            while (inArray && next == ',') next = await SkipSpaceAsync(cancellationToken);
            if (next < 0 && inArray)
            {
                // The array was never closed: something is missing, and how much nobody knows.
                (Line, IsCut) = (line, true);
                record.Clear();
                return true;
            }

            if (next < 0 || (inArray && next == ']'))
            {
                ended = true;
                return false;
            }

            if (next != '{') throw new UnreadableFileException($"Here a record should begin with {{, but there is \"{(char)next}\". Each record is a JSON object.", line);
            Line = line;
            record.Clear();
            await ScanObjectAsync(stopAtRecords: false, cancellationToken);
            return true;
        }

        /// <summary>Takes an object whose brace was just read into the record; true when it stopped inside, behind <c>"records": [</c>.</summary>
        private async Task<bool> ScanObjectAsync(bool stopAtRecords, CancellationToken cancellationToken)
        {
            Keep((byte)'{');
            int depth = 1;
            bool inString = false, escaped = false;
            int stringStart = 0;
            ReadOnlyMemory<byte> lastString = default;
            while (depth > 0)
            {
                int next = await ReadAsync(cancellationToken);
                if (next < 0)
                {
                    IsCut = true;
                    return false;
                }

                Keep((byte)next);
                if (inString)
                {
                    if (escaped) escaped = false;
                    else if (next == '\\') escaped = true;
                    else if (next == '"')
                    {
                        inString = false;
                        if (stopAtRecords && depth == 1) lastString = record.WrittenMemory[stringStart..^1];
                    }
                }
                else if (next == '"')
                {
                    inString = true;
                    stringStart = record.WrittenCount;
                }
                else if (next is '{' or '[')
                {
                    if (stopAtRecords && depth == 1 && next == '[' && lastString.Span.SequenceEqual("records"u8)) return true;
                    depth++;
                }
                else if (next is '}' or ']')
                {
                    depth--;
                }
            }

            return false;
        }

        private void Keep(byte one)
        {
            if (record.WrittenCount >= mostRecordBytes) throw new UnreadableFileException($"A record is larger than {mostRecordBytes >> 20} MB.", Line);
            record.GetSpan(1)[0] = one;
            record.Advance(1);
        }

        private async ValueTask<int> SkipSpaceAsync(CancellationToken cancellationToken)
        {
            int next;
            do next = await ReadAsync(cancellationToken);
            while (next is ' ' or '\t' or '\r' or '\n');
            return next;
        }

        private ValueTask<int> ReadAsync(CancellationToken cancellationToken)
        {
            if (place == length) return FillAsync(cancellationToken);
            return ValueTask.FromResult(Take());
        }

        private async ValueTask<int> FillAsync(CancellationToken cancellationToken)
        {
            try
            {
                length = await stream.ReadAsync(buffer, cancellationToken);
            }
            catch (DecoderFallbackException)
            {
                throw new UnreadableFileException("The file's text is broken: it is not of the encoding its byte order mark names.", line);
            }

            place = 0;
            return length == 0 ? -1 : Take();
        }

        private int Take()
        {
            byte next = buffer[place++];
            if (next == '\n') line++;
            return next;
        }
    }
}
