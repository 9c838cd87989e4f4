using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Core;

namespace Switchboard.Server.Api.Contract;

/// <summary>A list that is always given whole.</summary>
public sealed record ItemsView<T>(IReadOnlyList<T> Items);

/// <summary>Stands in the contract for an answer that has one of two forms; nothing of this type is ever written.</summary>
public sealed record Either<TOne, TOther>(TOne One, TOther Other);

/// <summary>What a route says of itself in the contract, besides what its handler shows: what the framework cannot see, and an example of what to send.</summary>
public static class RouteContract
{
    /// <summary>A body to send, as it would work on a desk of one's own; ids stand for ids.</summary>
    public static TBuilder Example<TBuilder>(this TBuilder route, object body)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new BodyExample(JsonSerializer.SerializeToNode(body, Json.Options)!));

    /// <summary>The body is read by the handler itself; it has one of these types, the usual one first.</summary>
    public static TBuilder Takes<TBuilder>(this TBuilder route, params string[] contentTypes)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new RawBody(contentTypes));

    /// <summary>It may also answer with something that is no JSON: a stream of events, a text, a file.</summary>
    public static TBuilder AnswersAs<TBuilder>(this TBuilder route, string contentType, int status = StatusCodes.Status200OK)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new OtherAnswer(status, contentType));

    /// <summary>It answers without a body.</summary>
    public static TBuilder AnswersNothing<TBuilder>(this TBuilder route, int status = StatusCodes.Status204NoContent)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new OtherAnswer(status, null));

    /// <summary>A change is held to the version its maker has seen: <c>If-Match</c> is needed, or heeded when it comes.</summary>
    public static TBuilder HeldToVersion<TBuilder>(this TBuilder route, bool needed = true)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new VersionHeld(needed));

    /// <summary>It takes no <c>Idempotency-Key</c>, although its method is unsafe.</summary>
    public static TBuilder KeepsNoKey<TBuilder>(this TBuilder route, string why)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new NoKey(why));

    /// <summary>Its use case keeps the <c>Idempotency-Key</c> in the transaction of its change.</summary>
    public static TBuilder KeepsKeyItself<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new OwnKey());

    /// <summary>The use case keeps the key.</summary>
    internal sealed record OwnKey;

    /// <summary>Why it takes no key.</summary>
    internal sealed record NoKey(string Why);

    /// <summary>An example of a body.</summary>
    internal sealed record BodyExample(JsonNode Value);

    /// <summary>Types of a body.</summary>
    internal sealed record RawBody(IReadOnlyList<string> ContentTypes);

    /// <summary>An answer of another type; null for none.</summary>
    internal sealed record OtherAnswer(int Status, string? ContentType);

    /// <summary>Whether <c>If-Match</c> is needed.</summary>
    internal sealed record VersionHeld(bool Needed);
}
