namespace Switchboard.Core.Understanding.Entities;

/// <summary>A value found by its form. UTF-16 units, end exclusive.</summary>
/// <param name="Type">See <see cref="EntityTypes"/>.</param>
/// <param name="Start">First character.</param>
/// <param name="End">One past the last.</param>
/// <param name="Value">The normalised value.</param>
/// <param name="Confidence">0..1.</param>
/// <param name="Rule">The check that tells it from anything else of its form: <c>luhn</c>, <c>mod97</c>, <c>form</c> …</param>
internal readonly record struct PatternHit(string Type, int Start, int End, string Value, double Confidence, string Rule);
