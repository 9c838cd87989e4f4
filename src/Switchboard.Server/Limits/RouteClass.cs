namespace Switchboard.Server.Limits;

/// <summary>What a call costs the server; calls of one class are counted together.</summary>
public enum RouteClass
{
    /// <summary>It reads.</summary>
    Read,

    /// <summary>It changes something small.</summary>
    Write,

    /// <summary>A message that the desk thinks about.</summary>
    Turn,

    /// <summary>A new visitor.</summary>
    Session,

    /// <summary>A proof by mail, asked for or tried.</summary>
    Proof,

    /// <summary>Whole files in or out.</summary>
    Bulk,

    /// <summary>It is never refused: whether the server is there is asked when there are too many calls, too.</summary>
    Free,
}

/// <summary>Whose calls are counted together.</summary>
public enum LimitedBy
{
    /// <summary>An address; of IPv6 the network of 64 bits that one line has.</summary>
    Ip,

    /// <summary>An API key.</summary>
    Key,

    /// <summary>A user, over all keys.</summary>
    User,

    /// <summary>A visitor or contact of the chat.</summary>
    Visitor,

    /// <summary>A tenant.</summary>
    Tenant,
}

/// <summary>How a route declares its class. One that does not is a read or a write by its method.</summary>
public static class RouteClasses
{
    /// <summary>Declares the class.</summary>
    public static TBuilder CountsAs<TBuilder>(this TBuilder route, RouteClass kind) where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new Declared(kind));

    /// <summary>The class of a call.</summary>
    public static RouteClass Of(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<Declared>()?.Kind ?? (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) ? RouteClass.Read : RouteClass.Write);

    /// <summary>The declared class.</summary>
    internal sealed record Declared(RouteClass Kind);
}
