package content

// optional is a field of an input that may be left out. Where T can be nil, nil
// is the null that clears.
type optional[T any] struct {
	value T
	set   bool
}

// some is a field that was given.
func some[T any](value T) optional[T] { return optional[T]{value, true} }

// opt reads a field of a generated input.
func opt[T any](field interface{ ValueOK() (T, bool) }) optional[T] {
	value, set := field.ValueOK()
	return optional[T]{value, set}
}

// given says whether the field has a value, neither left out nor null.
func given[T any](o optional[*T]) bool { return o.set && o.value != nil }

// null says whether the field was given to clear.
func null[T any](o optional[*T]) bool { return o.set && o.value == nil }

// values are the elements of a list of a generated input.
func values[T any](list optional[[]*T]) optional[[]T] {
	if !list.set || list.value == nil {
		return optional[[]T]{set: list.set}
	}
	plain := make([]T, len(list.value))
	for i, element := range list.value {
		plain[i] = *element
	}
	return some(plain)
}
