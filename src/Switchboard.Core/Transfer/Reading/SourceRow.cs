namespace Switchboard.Core.Transfer.Reading;

/// <summary>A record of a file before anything is known of its meaning.</summary>
/// <param name="Line">The line of the file on which the record begins, from 1.</param>
/// <param name="Fields">Its values by the file's own names; null for an empty one. What is nested is there twice: whole as JSON, and by dotted names.</param>
/// <param name="Problem">Why the record could not be read; null when it could.</param>
public sealed record SourceRow(int Line, IReadOnlyDictionary<string, string?> Fields, string? Problem = null);

/// <summary>How a file is written.</summary>
public enum SourceFormat { Csv, Json }

/// <summary>A file is not of a form that can be read at all.</summary>
/// <param name="message">What is wrong and how to mend it.</param>
/// <param name="line">Where, from 1; null when it is about the whole file.</param>
public sealed class UnreadableFileException(string message, int? line = null) : Exception(message)
{
    /// <summary>Where, from 1; null when it is about the whole file.</summary>
    public int? Line => line;
}

/// <summary>A file that is being read.</summary>
/// <param name="Format">How it is written.</param>
/// <param name="Columns">The columns of its header; empty for JSON, whose records name their fields themselves.</param>
/// <param name="Table">The table it says it is a dump of; null when it says nothing.</param>
/// <param name="Rows">Its records, streamed: only the one at hand is held.</param>
public sealed record SourceFile(SourceFormat Format, IReadOnlyList<string> Columns, string? Table, IAsyncEnumerable<SourceRow> Rows);
