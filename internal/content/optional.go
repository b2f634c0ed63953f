package content

// Optional is a field of an input: left out, null, or a value. The zero Optional
// was left out, which keeps what is stored; null clears it.
type Optional[T any] struct {
	value *T
	set   bool
}

// Some is a field that has a value.
func Some[T any](value T) Optional[T] { return Optional[T]{&value, true} }

// Null is a field that is to be cleared.
func Null[T any]() Optional[T] { return Optional[T]{set: true} }

// IsSet reports whether the field was sent: null or a value.
func (o Optional[T]) IsSet() bool { return o.set }

// IsNull reports whether the field was sent as null.
func (o Optional[T]) IsNull() bool { return o.set && o.value == nil }

// HasValue reports whether the field was sent with a value.
func (o Optional[T]) HasValue() bool { return o.value != nil }

// Value returns the value, the zero value where the field has none.
func (o Optional[T]) Value() T {
	if o.value == nil {
		var none T
		return none
	}
	return *o.value
}

// Pointer returns the value, nil where the field has none.
func (o Optional[T]) Pointer() *T { return o.value }

// orNull is Some of what a pointer points to, Null where it is nil.
func orNull[T any](value *T) Optional[T] { return Optional[T]{value, true} }

// Convert returns the field with its value converted, if it has one.
func Convert[In, Out any](o Optional[In], convert func(In) Out) Optional[Out] {
	if !o.HasValue() {
		return Optional[Out]{set: o.set}
	}
	return Some(convert(o.Value()))
}
