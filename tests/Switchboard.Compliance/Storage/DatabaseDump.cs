using System.Data.Common;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Switchboard.Core;
using Switchboard.Core.Agents;
using Switchboard.Domain;
using Switchboard.Domain.Operations;
using Switchboard.Storage;

namespace Switchboard.Compliance.Storage;

/// <summary>All of a database, to compare with what it was before.</summary>
public static class DatabaseDump
{
    private static readonly MethodInfo load = typeof(DatabaseDump).GetMethod(nameof(LoadAsync), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>Every column of every row of every table, read past the program.</summary>
    public static async Task<string> AllAsync(Desk desk)
    {
        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        await using DbConnection connection = desk.Home.Connect();
        await connection.OpenAsync();
        var all = new StringBuilder();
        foreach (string table in db.Model.GetEntityTypes().Select(e => e.GetTableName()!).Distinct().Order(StringComparer.Ordinal))
        {
            await using DbCommand command = connection.CreateCommand();
            command.CommandText = $"select * from {table}";
            await using DbDataReader rows = await command.ExecuteReaderAsync();
            var lines = new List<string>();
            while (await rows.ReadAsync())
                lines.Add(string.Join('|', Enumerable.Range(0, rows.FieldCount).Select(c => rows.IsDBNull(c) ? "-" : rows.GetValue(c) is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(rows.GetValue(c), CultureInfo.InvariantCulture))));
            foreach (string line in lines.Order(StringComparer.Ordinal)) all.Append(table).Append(' ').AppendLine(line);
        }

        return all.ToString();
    }

    /// <summary>The rows of the domain by kind and id, with their fields as the audit writes them. The engine's own rows, the audit and the outbox are left out: they tell of changes.</summary>
    public static async Task<Dictionary<string, JsonObject>> RowsAsync(Desk desk)
    {
        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        var rows = new Dictionary<string, JsonObject>();
        foreach (IEntityType entity in db.Model.GetEntityTypes().Where(e => e.ClrType.IsSubclassOf(typeof(TenantRow)) && e.ClrType != typeof(AuditEntry) && e.ClrType != typeof(OutboxEntry) && e.ClrType != typeof(Approval)))
        {
            foreach (TenantRow row in await (Task<List<TenantRow>>)load.MakeGenericMethod(entity.ClrType).Invoke(null, [db])!)
            {
                var fields = new JsonObject();
                foreach (IProperty field in entity.GetProperties().Where(p => !p.IsShadowProperty() && p.Name is not (nameof(TenantRow.TenantId) or nameof(TenantRow.Id))))
                {
                    object? value = field.GetGetter().GetClrValue(row);
                    fields[JsonNamingPolicy.CamelCase.ConvertName(field.Name)] = value is null ? null : JsonSerializer.SerializeToNode(value, field.ClrType, Json.Options);
                }

                rows[$"{EntityAccess.Of(entity.ClrType).Name} {row.Id}"] = fields;
            }
        }

        return rows;
    }

    /// <summary>What changed from one to the other, each row as an action tells it.</summary>
    public static List<string> Difference(Dictionary<string, JsonObject> before, Dictionary<string, JsonObject> after)
    {
        var all = new List<string>();
        foreach (string key in before.Keys.Union(after.Keys))
        {
            JsonObject? was = before.GetValueOrDefault(key), now = after.GetValueOrDefault(key);
            if (was is null) all.Add($"created {key}  {Of(now!, (_, v) => v is not null)}");
            else if (now is null) all.Add($"deleted {key} {Of(was, (_, v) => v is not null)} ");
            else if (!JsonNode.DeepEquals(was, now)) all.Add($"changed {key} {Of(was, (f, v) => !JsonNode.DeepEquals(v, now[f]))} {Of(now, (f, v) => !JsonNode.DeepEquals(v, was[f]))}");
        }

        return all;
    }

    /// <summary>Fields as text; an amount is the same with as many places as its column keeps.</summary>
    public static string Fields(string? json) => json is null ? string.Empty : Of(JsonNode.Parse(json)!.AsObject(), (_, _) => true);

    private static string Of(JsonObject fields, Func<string, JsonNode?, bool> isTaken) =>
        Json.Write(new JsonObject(fields.Where(f => isTaken(f.Key, f.Value)).Select(f => KeyValuePair.Create(f.Key, Plain(f.Value)))));

    private static JsonNode? Plain(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.Number && decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? JsonNode.Parse(number.ToString("0.############", CultureInfo.InvariantCulture)) : value?.DeepClone();

    private static async Task<List<TenantRow>> LoadAsync<T>(SwitchboardDb db) where T : TenantRow => [.. await db.Set<T>().ToListAsync()];
}
