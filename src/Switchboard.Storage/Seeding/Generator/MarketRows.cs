using Switchboard.Domain.Market;

namespace Switchboard.Storage.Seeding.Generator;

/// <summary>Writes the other products for the same work, and what is known and said of them.</summary>
internal static class MarketRows
{
    private static readonly string[] praise = ["Easy to begin with and cheap for small teams.", "The boards are quick and pretty.", "Reports are the best I have seen.", "Gute Vorlagen, schnell eingerichtet.", "Interface claire et rapide."];
    private static readonly string[] blame = ["Support takes days to answer.", "Prices went up twice in a year.", "The integration with our calendar keeps breaking.", "Für große Teams zu langsam.", "Le support ne répond pas.", "Faltan permisos por equipo."];

    private static readonly (string Kind, string Text)[] changes =
        [("price", "The price of the middle plan goes up by 8 %."), ("feature", "A timeline view is new."), ("plan", "The free plan is limited to three people."), ("message", "The site now speaks of teams of engineers first."), ("person", "A new head of product has begun."), ("price", "A yearly discount of 25 % is offered.")];

    public static void Write(SeedWorld world, SeedBatch batch, SeedRandom random)
    {
        SeedCalendar calendar = world.Calendar;
        foreach ((Guid id, string name) in world.Competitors)
        {
            string site = name.ToLowerInvariant().Replace(' ', '-') + ".example";
            batch.Add(new Competitor { TenantId = world.Tenant.Id, Id = id, Name = name, Website = $"https://{site}", Aliases = [name.Split(' ')[0].ToLowerInvariant()], CreatedAt = calendar.Utc(0) });
            for (int day = random.Whole(10, 60); day < calendar.Days; day += random.Whole(50, 120))
            {
                (string kind, string text) = random.Pick(changes);
                DateTimeOffset at = calendar.Utc(day, random.Between(6, 18));
                batch.Add(new CompetitorChange { TenantId = world.Tenant.Id, Id = random.Id(at), CompetitorId = id, Kind = kind, Text = $"{name}: {text}", Source = $"https://{site}/news", At = at });
            }

            double quality = random.Between(0.3, 0.8);
            for (int day = random.Whole(0, 14); day < calendar.Days; day += random.Whole(10, 30))
            {
                DateTimeOffset at = calendar.Utc(day, random.Between(6, 22));
                bool good = random.Chance(quality);
                batch.Add(new CompetitorReview { TenantId = world.Tenant.Id, Id = random.Id(at), CompetitorId = id, Text = random.Pick(good ? praise : blame), Rating = good ? random.Whole(4, 5) : random.Whole(1, 3), Source = "https://reviews.example", At = at });
            }

            foreach (FeaturePlan feature in SeedWorld.Features)
            {
                string them = random.Chance(0.55) ? "yes" : random.Chance(0.4) ? "partly" : "no";
                DateTimeOffset at = calendar.Utc(random.Whole(calendar.Days / 2, calendar.Days - 1), 9);
                batch.Add(new FeatureMatrixCell { TenantId = world.Tenant.Id, Id = random.Id(at), CompetitorId = id, Feature = feature.Key, Us = "yes", Them = them, Evidence = $"https://{site}/features", CheckedAt = at });
            }

            for (int version = 1; version <= 2; version++)
            {
                DateTimeOffset at = calendar.Utc(version * calendar.Days / 3, 9);
                batch.Add(new Battlecard { TenantId = world.Tenant.Id, Id = random.Id(at), CompetitorId = id, Version = version, Body = $"# {name}\n\n- Ask how long an answer of their support takes.\n- Show the timeline and the automations.\n- They win on price below ten seats; speak of the volume discount from ten on.\n", Author = world.Staff[^1].Name, CreatedAt = at });
            }
        }
    }
}
