namespace Switchboard.Domain;

/// <summary>A change would break a rule of an entity. The message says which rule and what would be right, in words for the person who asked.</summary>
public sealed class DomainRuleException(string rule, string message) : Exception(message)
{
    /// <summary>The rule in lower_snake: a stable code.</summary>
    public string Rule => rule;

    internal static void Require(bool holds, string rule, string message)
    {
        if (!holds) throw new DomainRuleException(rule, message);
    }
}
