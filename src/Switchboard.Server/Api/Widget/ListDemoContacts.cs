using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Customers;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Widget;

/// <summary>GET /widget/contacts: whom a visitor of the demonstration tenant can write as. No other tenant shows its contacts.</summary>
public static class ListDemoContacts
{
    /// <summary>A contact to write as.</summary>
    public sealed record Item(Guid Id, string Name, string Email, string? Title, ContactRole Role, string? Customer, string? Plan);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/widget/contacts", HandleAsync).IsPublic().Produces<ItemsView<Item>>();

    private static async Task<IResult> HandleAsync(string? tenant, HttpContext http, Data data, Tenants tenants)
    {
        if (await tenants.FindAsync(tenant ?? StartSession.DefaultTenant, http.RequestAborted) is not { IsDemo: true } demo) return Problems.NotFound("demo tenant");
        await using SwitchboardDb db = data.For(demo.Id);
        List<Item> items = await (
            from contact in db.Set<Contact>()
            join customer in db.Set<Customer>() on contact.CustomerId equals customer.Id
            orderby customer.Name, contact.Name
            select new Item(contact.Id, contact.Name, contact.Email, contact.Title, contact.Role, customer.Name, customer.Plan)).ToListAsync(http.RequestAborted);
        return Results.Ok(new ItemsView<Item>(items));
    }
}
