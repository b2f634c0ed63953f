package content

// Optional is a field of an input: left out, null, or a value. The zero Optional is
// left out, which keeps what is stored. Null clears it.
type Optional[T any] struct {
	value *T
	set   bool
}

// Some returns a field with a value.
func Some[T any](value T) Optional[T] { return Optional[T]{&value, true} }

// Null returns a field that clears what is stored.
func Null[T any]() Optional[T] { return Optional[T]{set: true} }

// IsSet reports whether the field was not left out: it is null or has a value.
func (o Optional[T]) IsSet() bool { return o.set }

// IsNull reports whether the field is null.
func (o Optional[T]) IsNull() bool { return o.set && o.value == nil }

// HasValue reports whether the field has a value.
func (o Optional[T]) HasValue() bool { return o.value != nil }

// Value returns the value, or the zero value if there is none.
func (o Optional[T]) Value() T {
	if o.value == nil {
		var none T
		return none
	}
	return *o.value
}

// Pointer returns the value, or nil if there is none.
func (o Optional[T]) Pointer() *T { return o.value }

// orNull returns Some for a pointer that is not nil, else Null.
func orNull[T any](value *T) Optional[T] { return Optional[T]{value, true} }

// Convert returns the field with its value, if it has one, converted.
func Convert[In, Out any](o Optional[In], convert func(In) Out) Optional[Out] {
	if !o.HasValue() {
		return Optional[Out]{set: o.set}
	}
	return Some(convert(o.Value()))
}
