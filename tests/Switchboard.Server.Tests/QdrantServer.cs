using System.Numerics.Tensors;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Switchboard.Server.Tests;

/// <summary>
/// A server that speaks the part of Qdrant's documented REST API that is used, on a port of its own, and refuses what is not in it: unknown fields, missing
/// collections, vectors of another length, a wrong key. It was written from the documentation and is not Qdrant.
/// </summary>
internal sealed class QdrantServer : IAsyncDisposable
{
    private readonly WebApplication site = WebSite.Create();
    private readonly Dictionary<string, Collection> collections = [];
    private readonly string? key;

    public QdrantServer(string? key = null)
    {
        this.key = key;
        site.Run(AnswerAsync);
    }

    public Uri Address => new(site.Urls.First() + "/");

    /// <summary>While it is down it answers 503.</summary>
    public bool IsDown { get; set; }

    /// <summary>What was asked, as method and path.</summary>
    public List<string> Asked { get; } = [];

    public int Points => PointsOf(null);

    /// <summary>How many points there are of a tenant, or of all.</summary>
    public int PointsOf(Guid? tenant)
    {
        lock (collections) return collections.Values.Sum(c => c.Points.Values.Count(p => tenant is null || (string?)p.Payload["tenant"] == tenant.ToString()));
    }

    public Task StartAsync() => site.StartAsync();

    public void Empty()
    {
        lock (collections) collections.Clear();
    }

    public async ValueTask DisposeAsync() => await site.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        JsonObject? body = http.Request.ContentLength > 0 ? await JsonSerializer.DeserializeAsync<JsonObject>(http.Request.Body) : null;
        JsonNode? result = null;
        int status = 200;
        try
        {
            lock (collections)
            {
                Asked.Add($"{http.Request.Method} {http.Request.Path}");
                if (IsDown) throw new Refused(503, "down");
                if (key is not null && http.Request.Headers["api-key"] != key) throw new Refused(403, "Invalid api-key");
                result = Answer(http.Request.Method, http.Request.Path.Value!.Trim('/').Split('/'), body);
            }
        }
        catch (Refused refused)
        {
            status = refused.Status;
            result = refused.Message;
        }
        http.Response.StatusCode = status;
        JsonNode outcome = status == 200 ? "ok" : new JsonObject { ["error"] = result?.DeepClone() };
        await http.Response.WriteAsJsonAsync(new JsonObject { ["result"] = status == 200 ? result : null, ["status"] = outcome, ["time"] = 0.001 });
    }

    private JsonNode? Answer(string method, string[] path, JsonObject? body)
    {
        if (path is not ["collections", { } name, .. { } rest]) throw new Refused(404, "no such path");
        if (method == "PUT" && rest is [])
        {
            JsonObject vectors = Fields(body, "vectors")["vectors"]!.AsObject();
            if ((string?)vectors["distance"] != "Cosine") throw new Refused(400, "distance");
            if (!collections.TryAdd(name, new Collection((int)vectors["size"]!))) throw new Refused(409, "exists");
            return true;
        }
        if (!collections.TryGetValue(name, out Collection? collection)) throw new Refused(404, $"Collection `{name}` doesn't exist!");
        switch (method, string.Join('/', rest))
        {
            case ("GET", ""):
                return new JsonObject { ["status"] = "green", ["points_count"] = collection.Points.Count };
            case ("PUT", "index"):
                if ((string?)Fields(body, "field_name", "field_schema")["field_schema"] != "keyword") throw new Refused(400, "schema");
                return new JsonObject { ["operation_id"] = 1, ["status"] = "completed" };
            case ("PUT", "points"):
                foreach (JsonNode? point in Fields(body, "points")["points"]!.AsArray())
                {
                    JsonObject p = Fields(point!.AsObject(), "id", "vector", "payload");
                    float[] vector = [.. p["vector"]!.AsArray().Select(v => (float)v!)];
                    if (vector.Length != collection.Size) throw new Refused(400, $"Wrong input: Vector dimension error: expected dim: {collection.Size}, got {vector.Length}");
                    collection.Points[Guid.Parse((string)p["id"]!)] = (vector, p["payload"]!.DeepClone().AsObject());
                }
                return new JsonObject { ["operation_id"] = 2, ["status"] = "completed" };
            case ("POST", "points/count"):
                JsonObject filter = Fields(body, "filter", "exact")["filter"]!.AsObject();
                return new JsonObject { ["count"] = collection.Points.Count(p => Matches(filter, p.Key, p.Value.Payload)) };
            case ("POST", "points/delete"):
                filter = Fields(body, "filter")["filter"]!.AsObject();
                foreach (Guid id in collection.Points.Where(p => Matches(filter, p.Key, p.Value.Payload)).Select(p => p.Key).ToList()) collection.Points.Remove(id);
                return new JsonObject { ["operation_id"] = 3, ["status"] = "completed" };
            case ("POST", "points/query"):
                JsonObject query = Fields(body, "query", "filter", "limit", "with_payload");
                float[] asked = [.. query["query"]!.AsArray().Select(v => (float)v!)];
                if (asked.Length != collection.Size) throw new Refused(400, "Wrong input: Vector dimension error");
                // Without a filter everybody's points are answered, as Qdrant does.
                var found = collection.Points.Where(p => query["filter"] is not JsonObject f || Matches(f, p.Key, p.Value.Payload))
                    .Select(p => (p.Key, p.Value.Payload, Score: TensorPrimitives.CosineSimilarity(asked, p.Value.Vector))).OrderByDescending(p => p.Score).Take((int)query["limit"]!);
                return new JsonObject { ["points"] = new JsonArray([.. found.Select(p => new JsonObject { ["id"] = p.Key.ToString(), ["version"] = 1, ["score"] = p.Score, ["payload"] = (bool)query["with_payload"]! ? p.Payload.DeepClone() : null })]) };
            default:
                throw new Refused(404, "no such path");
        }
    }

    private static bool Matches(JsonObject filter, Guid id, JsonObject payload)
    {
        Fields(filter, "must", "must_not", "should");
        bool Holds(JsonNode? condition)
        {
            JsonObject c = condition!.AsObject();
            if (c["has_id"] is JsonArray ids) return Fields(c, "has_id") is not null && ids.Any(i => Guid.Parse((string)i!) == id);
            JsonObject match = Fields(Fields(c, "key", "match")["match"]!.AsObject(), "value", "any");
            string? value = (string?)payload[(string)c["key"]!];
            return match["any"] is JsonArray any ? any.Any(a => (string?)a == value) : (string?)match["value"] == value;
        }
        return (filter["must"] as JsonArray)?.All(Holds) != false && (filter["must_not"] as JsonArray)?.Any(Holds) != true;
    }

    private static JsonObject Fields(JsonObject? json, params string[] known)
    {
        if (json is null) throw new Refused(400, "a body is needed");
        foreach ((string name, _) in json)
            if (!known.Contains(name)) throw new Refused(400, $"unknown field `{name}`");
        return json;
    }

    private sealed record Collection(int Size)
    {
        public Dictionary<Guid, (float[] Vector, JsonObject Payload)> Points { get; } = [];
    }

    private sealed class Refused(int status, string message) : Exception(message)
    {
        public int Status => status;
    }
}
