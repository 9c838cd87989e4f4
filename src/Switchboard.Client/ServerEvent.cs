using System.Text.Json;

namespace Switchboard.Client;

/// <summary>An event of a stream.</summary>
/// <param name="Id">Its place, from which a broken stream goes on; null when it has none.</param>
/// <param name="Kind">What happened, such as <c>text.delta</c> or <c>run.finished</c>.</param>
/// <param name="Data">What there is to know of it.</param>
public sealed record ServerEvent(string? Id, string Kind, JsonElement Data);
