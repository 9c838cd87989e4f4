using System.Text;

namespace Switchboard.Core.Transfer.Reading;

/// <summary>Reads records from CSV and JSON. What a file is, is seen from its beginning; the encoding from its byte order mark, else it is UTF-8.</summary>
public static class RowReader
{
    /// <summary>Opens a file: CSV with a header (parted by comma, semicolon or tab), a JSON array, a JSON object with <c>records</c>, or JSON Lines.</summary>
    /// <exception cref="UnreadableFileException">It is none of these.</exception>
    public static async Task<SourceFile> OpenAsync(Stream stream, CancellationToken cancellationToken)
    {
        (PeekedStream peeked, Encoding encoding, string head) = await PeekedStream.OpenAsync(stream, cancellationToken);
        string start = head.TrimStart();
        if (start.Length == 0) throw new UnreadableFileException("The file is empty. Send CSV with a header line, or JSON.");
        if (start[0] is '[' or '{')
        {
            Stream utf8 = encoding is UTF8Encoding ? peeked : Encoding.CreateTranscodingStream(peeked, encoding, Encoding.UTF8);
            return await JsonRows.OpenAsync(utf8, cancellationToken);
        }

        return await CsvRows.OpenAsync(new StreamReader(peeked, encoding, detectEncodingFromByteOrderMarks: false), head, cancellationToken);
    }
}
