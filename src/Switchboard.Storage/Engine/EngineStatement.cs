using Switchboard.Storage.Model;

namespace Switchboard.Storage.Engine;

/// <summary>What kind of value a statement is given; each home stores it in its own way.</summary>
internal enum EngineType { Id, Instant, Number, Real, Truth, Text, Bytes, Day }

/// <summary>One named value of a statement.</summary>
/// <param name="Name">Its name with the @ before it.</param>
/// <param name="Type">Its kind, known also when it is missing.</param>
/// <param name="Value">The value; null when it is missing.</param>
internal readonly record struct EngineValue(string Name, EngineType Type, object? Value);

/// <summary>A statement in the SQL that every home understands, with its values: what the engine writes and reads is said once, and each home executes it in its own way.</summary>
/// <param name="sql">The text, the same at each call, so that a home can prepare it once.</param>
internal sealed class EngineStatement(string sql)
{
    private readonly List<EngineValue> values = [];

    /// <summary>The text.</summary>
    public string Sql => sql;

    /// <summary>The values set so far.</summary>
    public IReadOnlyList<EngineValue> Values => values;

    /// <summary>Sets an id that may be missing.</summary>
    public EngineStatement Set(string name, Guid? value) => Add(name, EngineType.Id, value);

    /// <summary>Sets an instant that may be missing.</summary>
    public EngineStatement Set(string name, DateTimeOffset? value) => Add(name, EngineType.Instant, value);

    /// <summary>Sets a whole number.</summary>
    public EngineStatement Set(string name, long value) => Add(name, EngineType.Number, value);

    /// <summary>Sets a whole number that may be missing.</summary>
    public EngineStatement Set(string name, long? value) => Add(name, EngineType.Number, value);

    /// <summary>Sets a number that may be missing.</summary>
    public EngineStatement Set(string name, double? value) => Add(name, EngineType.Real, value);

    /// <summary>Sets a truth value.</summary>
    public EngineStatement Set(string name, bool value) => Add(name, EngineType.Truth, value);

    /// <summary>Sets a text that may be missing.</summary>
    public EngineStatement Set(string name, string? value) => Add(name, EngineType.Text, value);

    /// <summary>Sets a calendar day.</summary>
    public EngineStatement Set(string name, DateOnly value) => Add(name, EngineType.Day, value);

    /// <summary>Sets bytes that may be missing.</summary>
    public EngineStatement Set(string name, byte[]? value) => Add(name, EngineType.Bytes, value);

    /// <summary>Sets an enum's value.</summary>
    public EngineStatement Set<T>(string name, T value) where T : struct, Enum => Add(name, EngineType.Text, EnumText<T>.Of(value));

    /// <summary>Sets an enum's value that may be missing.</summary>
    public EngineStatement Set<T>(string name, T? value) where T : struct, Enum => Add(name, EngineType.Text, value is { } v ? EnumText<T>.Of(v) : null);

    private EngineStatement Add(string name, EngineType type, object? value)
    {
        values.Add(new EngineValue(name, type, value));
        return this;
    }
}
