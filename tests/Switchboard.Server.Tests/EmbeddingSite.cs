using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Switchboard.Server.Tests;

/// <summary>A server of somebody else's that makes vectors as OpenAI's does, on a port of its own. A vector says which of a few matters a text is about.</summary>
internal sealed class EmbeddingSite : IAsyncDisposable
{
    public const string Model = "matters-1";
    public const int Dimensions = 4;

    private static readonly string[][] matters = [["cancel", "ditch"], ["money", "refund"], ["ferry"], ["hours", "opens"]];

    private readonly WebApplication site = WebSite.Create();

    public EmbeddingSite(string key)
    {
        site.MapPost("/v1/embeddings", async (HttpContext http) =>
        {
            if (http.Request.Headers.Authorization != $"Bearer {key}") return Results.StatusCode(401);
            if (Failing > 0)
            {
                Failing--;
                return Results.StatusCode(503);
            }
            if (Instead is { } instead) return Results.Text(instead, "application/json");
            JsonElement body = await http.Request.ReadFromJsonAsync<JsonElement>();
            string[] input = [.. body.GetProperty("input").EnumerateArray().Select(i => i.GetString()!)];
            if (body.GetProperty("model").GetString() != Model || input.Length > 64 || body.GetProperty("encoding_format").GetString() != "float" || body.EnumerateObject().Count() != 3) return Results.BadRequest();
            lock (Sizes) Sizes.Add(input.Length);
            // The order is nobody's promise; the number is.
            return Results.Json(new { @object = "list", model = Model, data = input.Select((t, i) => new { @object = "embedding", index = i, embedding = Of(t) }).Reverse() });
        });
    }

    public Uri Address => new(site.Urls.First() + "/v1/");

    /// <summary>So many calls more fail.</summary>
    public int Failing { get; set; }

    /// <summary>What it answers instead.</summary>
    public string? Instead { get; set; }

    /// <summary>How many texts each call brought.</summary>
    public List<int> Sizes { get; } = [];

    public Task StartAsync() => site.StartAsync();

    public async ValueTask DisposeAsync() => await site.DisposeAsync();

    private static float[] Of(string text) => [.. matters.Select(m => m.Any(w => text.Contains(w, StringComparison.OrdinalIgnoreCase)) ? 2f : 0.01f)];
}
