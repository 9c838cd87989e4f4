namespace Switchboard.Core.Routing;

/// <summary>A rule by which people take over, and whether it held.</summary>
/// <param name="Code">The rule.</param>
/// <param name="Fired">Whether it held.</param>
/// <param name="Evidence">What it was tested on.</param>
public sealed record EscalationRule(string Code, bool Fired, string Evidence);
