using System.Text.Json;

namespace Switchboard.Core.Outbox;

/// <summary>What the payment service is asked for: one of the two.</summary>
public sealed record PaymentRequest
{
    /// <summary>The port it goes through.</summary>
    public const string Port = "payment";

    /// <summary>Money that is to be taken; null for none.</summary>
    public ChargeRequest? Charge { get; init; }

    /// <summary>A link that is to be sent; null for none.</summary>
    public MethodLinkRequest? MethodLink { get; init; }
}

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

/// <summary>A signed link under which a person changes the payment method. Card data never passes here; the service has it and asks for it itself.</summary>
/// <param name="Customer">The customer, as the service knows them.</param>
/// <param name="Email">Where the link goes to.</param>
/// <param name="ValidHours">How long it holds.</param>
public sealed record MethodLinkRequest(string Customer, string Email, int ValidHours);

/// <summary>What a payment service says of a charge.</summary>
/// <param name="Status">succeeded or failed.</param>
/// <param name="DeclineCode">Why it failed: the policy of dunning says which codes are hard; all others are soft.</param>
public sealed record ChargeAnswer(string Status, string? DeclineCode = null)
{
    /// <summary>Whether the money came.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool Succeeded => Status == "succeeded";

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
