namespace Switchboard.Core.Agents.Kinds;

/// <summary>Why an agent gives no finding: a code of the closed list on its card, and the same in words.</summary>
/// <param name="Reason">The code.</param>
/// <param name="Detail">In words, with what would mend it.</param>
public sealed record Stop(string Reason, string Detail);

/// <summary>What a step of an agent ends with: a value, or the reason why there is none.</summary>
/// <typeparam name="T">The value: a record that is stored as JSON.</typeparam>
public sealed class Finding<T> where T : class
{
    private Finding(T? value, Stop? stop)
    {
        Value = value;
        Stop = stop;
    }

    /// <summary>The value; null when there is none.</summary>
    public T? Value { get; }

    /// <summary>Why there is none; null when there is one.</summary>
    public Stop? Stop { get; }

    /// <summary>What is made of the value; the same reason where there is none.</summary>
    public Finding<TOther> With<TOther>(Func<T, TOther> make) where TOther : class => Value is { } value ? new Finding<TOther>(make(value), null) : new Finding<TOther>(null, Stop);

    /// <summary>A value.</summary>
    public static implicit operator Finding<T>(T value) => new(value, null);

    /// <summary>A reason.</summary>
    public static implicit operator Finding<T>(Stop stop) => new(null, stop);
}
