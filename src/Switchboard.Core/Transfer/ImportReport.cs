namespace Switchboard.Core.Transfer;

/// <summary>A row that cannot be imported, and why.</summary>
/// <param name="Line">The line of the file on which the row begins, from 1.</param>
/// <param name="Field">The field it is about; null when it is about the row.</param>
/// <param name="Value">The value; masked when it is personal; null when there is none.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Fix">What would be right.</param>
public sealed record RowError(int Line, string? Field, string? Value, string Problem, string Fix);

/// <summary>Rows that were passed over because they have no home here.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Count">How many.</param>
public sealed record SkippedRows(string Reason, int Count);

/// <summary>What became of rows that were made out of those of a file: a customer's person, a sign-in.</summary>
public sealed record DerivedReport(string Kind, int Added, int Changed, int Unchanged, IReadOnlyList<SkippedRows> Skipped);

/// <summary>What an import of a file did, or in a dry run would do.</summary>
public sealed record ImportReport
{
    /// <summary>The file's name; null when it came without one.</summary>
    public string? File { get; init; }

    /// <summary>The kind of its rows; null when there is none for them.</summary>
    public string? Kind { get; init; }

    /// <summary>Whether it was only looked at.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether the rows are stored; false in a dry run and when any row failed.</summary>
    public bool Applied { get; init; }

    /// <summary>Rows of the file.</summary>
    public int Rows { get; init; }

    /// <summary>New rows.</summary>
    public int Added { get; init; }

    /// <summary>Rows that were there with other values.</summary>
    public int Changed { get; init; }

    /// <summary>Rows that were there as they are in the file.</summary>
    public int Unchanged { get; init; }

    /// <summary>Rows with errors. One is enough for the whole file to change nothing.</summary>
    public int Failed { get; init; }

    /// <summary>Rows that were passed over.</summary>
    public IReadOnlyList<SkippedRows> Skipped { get; init; } = [];

    /// <summary>The errors by line, at most <see cref="MostErrors"/>.</summary>
    public IReadOnlyList<RowError> Errors { get; init; } = [];

    /// <summary>Rows that were made out of those of the file.</summary>
    public IReadOnlyList<DerivedReport> Derived { get; init; } = [];

    /// <summary>Which column became which field.</summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Columns that belong to no field.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>How many errors a report lists.</summary>
    public const int MostErrors = 1000;
}

/// <summary>What an import of several files did. Each file is stored whole or not at all.</summary>
/// <param name="DryRun">Whether they were only looked at.</param>
/// <param name="Files">The files, in the order they were imported in: those that others refer to first.</param>
public sealed record FolderReport(bool DryRun, IReadOnlyList<ImportReport> Files)
{
    /// <summary>Rows that failed in all files.</summary>
    public int Failed => Files.Sum(f => f.Failed);
}
