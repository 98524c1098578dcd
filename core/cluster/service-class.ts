// Classes of service of messages and adapters, and their code points (RFC 2474; RFC 4594 section 2.3).

/** From the least urgent to the most. */
export const SERVICE_CLASSES = ['bulk', 'standard', 'low-latency', 'control'] as const;

/** What a message asks for; of an adapter, the most that it serves. */
export type ServiceClass = (typeof SERVICE_CLASSES)[number];

/** CS1, DF, AF21, CS6. */
const CODE_POINTS: Readonly<Record<ServiceClass, number>> = {
  bulk: 8,
  standard: 0,
  'low-latency': 18,
  control: 48,
};

/** The differentiated services code point, 0 to 63: the upper six bits of the IPv4 TOS octet. */
export const dscpOf = (serviceClass: ServiceClass): number => CODE_POINTS[serviceClass];

/** 0 for the least urgent class. */
export const urgency = (serviceClass: ServiceClass): number =>
  SERVICE_CLASSES.indexOf(serviceClass);
