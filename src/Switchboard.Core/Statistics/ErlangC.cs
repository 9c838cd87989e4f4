namespace Switchboard.Core.Statistics;

/// <summary>Waiting with many servers, Poisson arrivals and no hanging up (Erlang 1917; the recursion through Erlang B).</summary>
public static class ErlangC
{
    private const int mostServers = 10_000;

    /// <summary>The share that is served within a time, 0..1; 0 when the servers cannot keep up.</summary>
    /// <param name="perHour">Arrivals in an hour.</param>
    /// <param name="handlingMinutes">Minutes that one takes.</param>
    /// <param name="servers">Servers.</param>
    /// <param name="waitSeconds">The time.</param>
    public static double ServiceLevel(double perHour, double handlingMinutes, int servers, double waitSeconds)
    {
        double load = perHour * handlingMinutes / 60;
        if (servers <= load) return load == 0 ? 1 : 0;
        double blocked = 1;
        for (int n = 1; n <= servers; n++) blocked = load * blocked / (n + (load * blocked));
        double waits = blocked / (1 - (load / servers * (1 - blocked)));
        return 1 - (waits * Math.Exp(-(servers - load) * waitSeconds / 60 / handlingMinutes));
    }

    /// <summary>The least servers with which a share is served within a time.</summary>
    public static int LeastServers(double perHour, double handlingMinutes, double share, double waitSeconds)
    {
        if (perHour <= 0 || handlingMinutes <= 0) return 0;
        int servers = Math.Max(1, (int)Math.Ceiling(perHour * handlingMinutes / 60));
        while (servers < mostServers && ServiceLevel(perHour, handlingMinutes, servers, waitSeconds) < share) servers++;
        return servers;
    }
}
