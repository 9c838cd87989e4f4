using MathNet.Numerics.LinearAlgebra;

namespace Switchboard.Core.Statistics;

/// <summary>Logistic regression with a free intercept and an L2 penalty λ/2 · Σb² on the summed log loss, by Newton's method (Hastie, Tibshirani and Friedman 2009, 4.4.1).</summary>
public static class Logistic
{
    private const int mostSteps = 100;
    private const double smallest = 1e-8;

    /// <summary>Fits the coefficients; the first is the intercept.</summary>
    /// <param name="rows">The features of each case, all of the same length.</param>
    /// <param name="labels">What became of each.</param>
    /// <param name="lambda">The penalty, above 0.</param>
    public static double[] Fit(IReadOnlyList<double[]> rows, IReadOnlyList<bool> labels, double lambda)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lambda);
        int width = rows.Count == 0 ? 1 : rows[0].Length + 1;
        var b = new double[width];
        for (int step = 0; step < mostSteps; step++)
        {
            var gradient = new double[width];
            var hessian = new double[width, width];
            for (int r = 0; r < rows.Count; r++)
            {
                double p = P(b, rows[r]), weight = Math.Max(p * (1 - p), 1e-10), miss = p - (labels[r] ? 1 : 0);
                for (int i = 0; i < width; i++)
                {
                    double x = i == 0 ? 1 : rows[r][i - 1];
                    gradient[i] += miss * x;
                    for (int k = 0; k <= i; k++) hessian[i, k] += weight * x * (k == 0 ? 1 : rows[r][k - 1]);
                }
            }

            for (int i = 0; i < width; i++)
            {
                if (i > 0)
                {
                    gradient[i] += lambda * b[i];
                    hessian[i, i] += lambda;
                }
            }

            for (int i = 0; i < width; i++)
                for (int k = i + 1; k < width; k++) hessian[i, k] = hessian[k, i];
            double[] move = Matrix<double>.Build.DenseOfArray(hessian).Cholesky().Solve(Vector<double>.Build.Dense(gradient)).ToArray();
            // A step as long as a unit in every direction is as far as the quadratic picture is trusted.
            double longest = move.Max(Math.Abs), scale = longest > 5 ? 5 / longest : 1;
            for (int i = 0; i < width; i++) b[i] -= scale * move[i];
            if (longest < smallest) break;
        }

        return b;
    }

    /// <summary>The log-odds of a case.</summary>
    public static double LogOdds(double[] coefficients, double[] features)
    {
        double sum = coefficients[0];
        for (int i = 0; i < features.Length; i++) sum += coefficients[i + 1] * features[i];
        return sum;
    }

    /// <summary>The probability of a case, 0..1.</summary>
    public static double P(double[] coefficients, double[] features) => Sigmoid(LogOdds(coefficients, features));

    /// <summary>1 ÷ (1 + e^−x).</summary>
    public static double Sigmoid(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));
}
