using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore.Metadata;
using Switchboard.Core;
using Switchboard.Domain;
using Switchboard.Storage.Transfer;

namespace Switchboard.Storage.Tests.Transfer;

/// <summary>A hash over every row of a tenant, to show that nothing changed.</summary>
internal static class DatabaseHash
{
    public static async Task<string> OfAsync(Data data, Guid tenantId)
    {
        await using SwitchboardDb db = data.For(tenantId);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (IEntityType entity in EntityOrder.Of(db.Model))
        {
            var rows = (List<string>)typeof(DatabaseHash).GetMethod(nameof(Rows), System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!.MakeGenericMethod(entity.ClrType).Invoke(null, [db])!;
            foreach (string row in rows) hash.AppendData(System.Text.Encoding.UTF8.GetBytes(entity.Name + row));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static List<string> Rows<T>(SwitchboardDb db) where T : class, ITenantOwned => [.. db.Set<T>().AsEnumerable().Select(r => Json.Write<object>(r)).Order(StringComparer.Ordinal)];
}
