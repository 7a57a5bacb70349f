package calibration

// estimates solve the normal equations of a panel.
type estimates struct {
	leanings []float64   // b, by reader
	inverse  [][]float64 // the covariance of the leanings, measured from their average, in units of σ²
	variance float64     // σ²
}

// estimate solves the normal equations with the applications eliminated:
//
//	M b = v,  M = diag(n(r) + λ) − Σ(a) x(a) x(a)ᵀ / n(a),  v(r) = Σ (y − raw mean of the application)
//
// where x(a) has a 1 for each reader of a. The vector of ones is an eigenvector of M with eigenvalue λ and
// v has no part along it, so the leanings sum to 0, and adding the matrix of ones to M changes nothing but the
// variance of that sum. It is taken away again from the inverse, because what all readers have in common moves
// no application past another.
func (p *panel[R, A]) estimate() estimates {
	n := len(p.readers)
	m, v := make([][]float64, n), make([]float64, n)
	for r, read := range p.byReader {
		m[r] = make([]float64, n)
		for s := range m[r] {
			m[r][s] = 1
		}
		m[r][r] += float64(len(read)) + p.shrinkage
		for _, one := range read {
			v[r] += one.value - p.raw(one.other)
			for _, beside := range p.byApplication[one.other] {
				m[r][beside.other] -= 1 / float64(len(p.byApplication[one.other]))
			}
		}
	}
	invert(m)
	common := 1 / (float64(n) * (p.shrinkage + float64(n)))
	b, trace := make([]float64, n), 0.0
	for r := range m {
		for s := range m[r] {
			m[r][s] -= common
			b[r] += m[r][s] * v[s]
		}
		trace += m[r][r]
	}
	return estimates{leanings: b, inverse: m, variance: p.variance(b, trace)}
}

// variance estimates σ² from what applications and leanings leave unexplained, over the scores that are left
// when each application has used up one and the leanings their part: all readers but one, less what was shrunk.
func (p *panel[R, A]) variance(leanings []float64, trace float64) float64 {
	squares, freedom := 0.0, 1-float64(len(p.readers))+p.shrinkage*trace
	for a, given := range p.byApplication {
		worth := p.raw(a) - p.meanLeaning(a, leanings)
		for _, one := range given {
			residual := one.value - worth - leanings[one.other]
			squares += residual * residual
		}
		freedom += float64(len(given) - 1)
	}
	return squares / freedom
}

// raw is the plain mean of an application's scores.
func (p *panel[R, A]) raw(application int) float64 {
	sum := 0.0
	for _, one := range p.byApplication[application] {
		sum += one.value
	}
	return sum / float64(len(p.byApplication[application]))
}

// meanLeaning is how an application's readers lean on average.
func (p *panel[R, A]) meanLeaning(application int, leanings []float64) float64 {
	sum := 0.0
	for _, one := range p.byApplication[application] {
		sum += leanings[one.other]
	}
	return sum / float64(len(p.byApplication[application]))
}

// spread is the variance of an application's calibrated mean in units of σ²: 1/n for chance, and the mean of
// its readers' covariances for the leanings.
func (p *panel[R, A]) spread(application int, inverse [][]float64) float64 {
	given := p.byApplication[application]
	sum, n := 0.0, float64(len(given))
	for _, one := range given {
		for _, other := range given {
			sum += inverse[one.other][other.other]
		}
	}
	return 1/n + sum/(n*n)
}

// invert replaces a symmetric positive definite matrix by its inverse (Gauss–Jordan; such a matrix needs no
// pivoting).
func invert(m [][]float64) {
	for k := range m {
		pivot := m[k][k]
		m[k][k] = 1
		for j := range m {
			m[k][j] /= pivot
		}
		for i := range m {
			if i == k {
				continue
			}
			factor := m[i][k]
			m[i][k] = 0
			for j := range m {
				m[i][j] -= factor * m[k][j]
			}
		}
	}
}
