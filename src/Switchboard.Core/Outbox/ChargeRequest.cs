using System.Text.Json;

namespace Switchboard.Core.Outbox;

/// <summary>Money that is to be taken by the payment method that is kept at the payment service.</summary>
public sealed record ChargeRequest
{
    /// <summary>The key by which the service knows a charge it has seen: invoice and attempt.</summary>
    public required string Key { get; init; }

    /// <summary>The customer, as the service knows them.</summary>
    public required string Customer { get; init; }

    /// <summary>How much.</summary>
    public required decimal Amount { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>The invoice's number.</summary>
    public required string Invoice { get; init; }
}

/// <summary>What a payment service says of a charge.</summary>
/// <param name="Status">succeeded or failed.</param>
/// <param name="DeclineCode">Why it failed.</param>
public sealed record ChargeAnswer(string Status, string? DeclineCode = null)
{
    /// <summary>Reads an answer; null when it is none, so that nobody takes it for a yes or a no.</summary>
    public static ChargeAnswer? Read(string? text)
    {
        try
        {
            return text is not null && Json.Read<ChargeAnswer>(text) is { Status: "succeeded" or "failed" } answer ? answer : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
