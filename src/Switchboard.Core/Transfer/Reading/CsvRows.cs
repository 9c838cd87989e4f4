using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace Switchboard.Core.Transfer.Reading;

/// <summary>Reads CSV after RFC 4180: quoted fields may hold delimiters, quotes (doubled) and line ends.</summary>
internal static class CsvRows
{
    private const int mostFieldCharacters = 1 << 20;

    /// <summary>Reads the header and prepares the records.</summary>
    public static async Task<SourceFile> OpenAsync(StreamReader text, string head, CancellationToken cancellationToken)
    {
        var bad = new BadData();
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = DelimiterOf(head).ToString(),
            // Blank lines are passed over here, not there, so that they count as lines.
            IgnoreBlankLines = false,
            MaxFieldSize = mostFieldCharacters,
            BadDataFound = _ => bad.Found = true,
            CountBytes = false,
        };
        var parser = new CsvParser(text, configuration);
        do
        {
            if (!await ReadAsync(parser)) throw new UnreadableFileException("The file has no header line. The first line names the columns.");
            cancellationToken.ThrowIfCancellationRequested();
        }
        while (IsBlank(parser));

        string[] columns = [.. parser.Record!.Select(c => c.Trim())];
        int line = parser.RawRow;
        if (columns.Any(c => c.Length == 0)) throw new UnreadableFileException($"The header has a column without a name: {string.Join(" | ", columns)}. Name it or remove it.", line);
        if (columns.GroupBy(c => c, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new UnreadableFileException($"The header names \"{twice.Key}\" twice. Rename one of the two columns.", line);
        return new SourceFile(SourceFormat.Csv, columns, null, RowsAsync(parser, columns, bad, cancellationToken));
    }

    /// <summary>The delimiter that stands most often in the first line outside of quotes; the comma when none does.</summary>
    internal static char DelimiterOf(string head)
    {
        int commas = 0, semicolons = 0, tabs = 0;
        bool quoted = false;
        foreach (char c in head.TrimStart('\r', '\n'))
        {
            if (c == '"') quoted = !quoted;
            if (quoted) continue;
            if (c is '\r' or '\n') break;
            if (c == ',') commas++;
            else if (c == ';') semicolons++;
            else if (c == '\t') tabs++;
        }

        return tabs > commas && tabs > semicolons ? '\t' : semicolons > commas ? ';' : ',';
    }

    private static async IAsyncEnumerable<SourceRow> RowsAsync(CsvParser parser, string[] columns, BadData bad, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using (parser)
        {
            int before = parser.RawRow;
            while (await ReadAsync(parser))
            {
                cancellationToken.ThrowIfCancellationRequested();
                int line = before + 1;
                before = parser.RawRow;
                // A quote at a wrong place is told when the fields are first asked for.
                bool blank = IsBlank(parser), broken = bad.Found;
                bad.Found = false;
                if (blank) continue;
                string[] values = parser.Record!;
                string? problem = broken ? "A quote stands where none may stand. Put the whole field in quotes and double each quote in it."
                    : values.Length != columns.Length ? $"The line has {values.Length} fields; the header has {columns.Length}. Put fields that hold the delimiter in quotes."
                    : null;
                var fields = new Dictionary<string, string?>(columns.Length, StringComparer.Ordinal);
                for (int i = 0; i < columns.Length && i < values.Length; i++) fields[columns[i]] = values[i].Length == 0 ? null : values[i];
                yield return new SourceRow(line, fields, problem);
            }
        }
    }

    private static async Task<bool> ReadAsync(CsvParser parser)
    {
        try
        {
            return await parser.ReadAsync();
        }
        catch (DecoderFallbackException)
        {
            throw new UnreadableFileException("The file is not UTF-8. Save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\").", parser.RawRow + 1);
        }
        catch (MaxFieldSizeException)
        {
            throw new UnreadableFileException($"A field is longer than {mostFieldCharacters} characters; a quote that opens is probably never closed.", parser.RawRow + 1);
        }
    }

    private static bool IsBlank(CsvParser parser) => parser.Record is null or [] or [{ Length: 0 }];

    /// <summary>Whether the record at hand has a quote at a wrong place.</summary>
    private sealed class BadData
    {
        public bool Found { get; set; }
    }
}
