using System.Globalization;

namespace Switchboard.Domain;

/// <summary>What the values of a field are held to where they are given from outside; of a list each of its items. Where the field may be null, null is no fault: it is not known.</summary>
[AttributeUsage(AttributeTargets.Property)]
public abstract class ValueRuleAttribute : Attribute
{
    /// <summary>What the value must be; null when it is that.</summary>
    public abstract string? FaultOf(object value);
}

/// <summary>A number from a least to a most.</summary>
/// <param name="least">The least.</param>
/// <param name="most">The most.</param>
public sealed class BetweenAttribute(double least, double most) : ValueRuleAttribute
{
    /// <summary>The least.</summary>
    public double Least => least;

    /// <summary>The most; infinite where there is none.</summary>
    public double Most => most;

    /// <inheritdoc />
    public override string? FaultOf(object value)
    {
        double number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        return double.IsFinite(number) && number >= least && number <= most ? null
            : double.IsFinite(most) ? string.Create(CultureInfo.InvariantCulture, $"must be {least} to {most}") : string.Create(CultureInfo.InvariantCulture, $"must be {least} or more");
    }
}

/// <summary>A number that is not below a least one.</summary>
/// <param name="least">The least.</param>
public sealed class AtLeastAttribute(double least) : ValueRuleAttribute
{
    /// <summary>The least.</summary>
    public double Least => least;

    /// <inheritdoc />
    public override string? FaultOf(object value) => new BetweenAttribute(least, double.PositiveInfinity).FaultOf(value);
}

/// <summary>A text that must not be left out.</summary>
public sealed class GivenAttribute : ValueRuleAttribute
{
    /// <inheritdoc />
    public override string? FaultOf(object value) => null;
}

/// <summary>The code of a currency.</summary>
public sealed class CurrencyCodeAttribute : ValueRuleAttribute
{
    /// <inheritdoc />
    public override string? FaultOf(object value) => Currencies.IsCode((string)value) ? null : "must be an ISO 4217 code, three upper-case letters";
}

/// <summary>The name of a time zone.</summary>
public sealed class TimeZoneNameAttribute : ValueRuleAttribute
{
    /// <inheritdoc />
    public override string? FaultOf(object value) => TimeZoneInfo.TryFindSystemTimeZoneById((string)value, out _) ? null : "must be the IANA name of a time zone, such as Europe/Berlin";
}

/// <summary>One of a few words.</summary>
/// <param name="words">The words.</param>
public sealed class OneOfAttribute(params string[] words) : ValueRuleAttribute
{
    /// <summary>The words.</summary>
    public IReadOnlyList<string> Words => words;

    /// <inheritdoc />
    public override string? FaultOf(object value) => words.Contains((string)value, StringComparer.Ordinal) ? null : $"must be one of {string.Join(", ", words)}";
}
